import type { KnownBlock } from "@slack/types";

/**
 * What Slack takes, as its reference says for each block and object (https://docs.slack.dev/reference/block-kit): a table of
 * paths and bounds, said apart from the code that keeps them.
 */
const BLOCKS_MAX = 50;
const BOUNDS: Readonly<Record<string, { readonly max: number }>> = {
  "header.text": { max: 150 },
  "section.text": { max: 3000 },
  "section.field": { max: 2000 },
  "section.fields": { max: 10 },
  "context.elements": { max: 10 },
  "context.text": { max: 3000 },
  "actions.elements": { max: 25 },
  "button.text": { max: 75 },
  "button.value": { max: 2000 },
  "button.action_id": { max: 255 },
  "modal.title": { max: 24 },
  "modal.private_metadata": { max: 3000 },
  text: { max: 40_000 },
};

const over = (path: string, size: number): readonly string[] => {
  const max = BOUNDS[path]?.max ?? 0;
  return size > max || size < 1 ? [`${path} has ${size}, Slack takes 1 to ${max}`] : [];
};

/** Everything that Slack would refuse of a message. */
export function refusedBySlack({ text, blocks }: { text: string; blocks: readonly KnownBlock[] }): readonly string[] {
  return [
    ...over("text", text.length),
    ...(blocks.length > BLOCKS_MAX ? [`${blocks.length} blocks, Slack takes ${BLOCKS_MAX}`] : []),
    ...blocks.flatMap(refusedBlock),
  ];
}

export function refusedBlock(block: KnownBlock): readonly string[] {
  switch (block.type) {
    case "header":
      return over("header.text", block.text.text.length);
    case "section":
      return [
        ...(block.text === undefined ? [] : over("section.text", block.text.text.length)),
        ...(block.fields === undefined ? [] : over("section.fields", block.fields.length)),
        ...(block.fields ?? []).flatMap(({ text }) => over("section.field", text.length)),
      ];
    case "context":
      return [
        ...over("context.elements", block.elements.length),
        ...block.elements.flatMap((one) => ("text" in one ? over("context.text", one.text.length) : [])),
      ];
    case "actions":
      return [
        ...over("actions.elements", block.elements.length),
        ...block.elements.flatMap((one) =>
          one.type === "button"
            ? [
                ...over("button.text", one.text.text.length),
                ...over("button.value", one.value?.length ?? 0),
                ...over("button.action_id", one.action_id?.length ?? 0),
              ]
            : [`an element ${one.type}`],
        ),
      ];
    default:
      return [`a block ${block.type}`];
  }
}

/** Every text of a message that Slack reads as mrkdwn or shows. */
export const textsOf = (value: unknown): readonly string[] => {
  if (typeof value !== "object" || value === null) return [];
  const own = "text" in value && typeof value.text === "string" ? [value.text] : [];
  return [...own, ...Object.values(value).flatMap(textsOf)];
};
