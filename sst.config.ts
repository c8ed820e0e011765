/// <reference path="./.sst/platform/config.d.ts" />

/** Ephor on AWS. The values to set are listed in `stacks/settings.ts` and docs/deploy.md; a missing one stops here. */
export default $config({
  async app({ stage }) {
    const { readSettings } = await import("./stacks/settings.ts");
    const { tagsOf } = await import("./stacks/tags.ts");
    const { stageOf } = await import("./stacks/stages.ts");
    const settings = readSettings(process.env);
    const { removal, protect, name } = stageOf(stage ?? "");
    return {
      name: "ephor",
      home: "aws",
      removal,
      protect,
      providers: {
        aws: {
          version: "7.20.0",
          region: settings.EPHOR_REGION,
          defaultTags: { tags: tagsOf({ stage: name, settings }) },
        },
      },
    };
  },
  async run() {
    const { deploy } = await import("./stacks/index.ts");
    return deploy(process.env);
  },
});
