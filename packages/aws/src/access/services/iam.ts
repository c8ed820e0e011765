import {
  GetAccountPasswordPolicyCommand,
  IAMClient,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
  UpdateAccountPasswordPolicyCommand,
} from "@aws-sdk/client-iam";
import { callsOf } from "./calls-of.ts";

export const calls = callsOf({
  client: (settings) => new IAMClient(settings),
  commands: {
    ListAccessKeys: ListAccessKeysCommand,
    UpdateAccessKey: UpdateAccessKeyCommand,
    GetAccountPasswordPolicy: GetAccountPasswordPolicyCommand,
    UpdateAccountPasswordPolicy: UpdateAccountPasswordPolicyCommand,
  },
});
