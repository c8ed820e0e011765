import { listCommand } from "../list-command.ts";

export const run = listCommand({
  list: (client) => client.listTokens,
  columns: {
    id: (token) => token.id,
    name: (token) => token.name,
    role: (token) => token.role,
    person: (token) => token.person,
    created: (token) => token.createdAt,
    "created by": (token) => token.createdBy,
    expires: (token) => token.expiresAt,
    revoked: (token) => token.revokedAt,
  },
  empty: "No tokens.",
});
