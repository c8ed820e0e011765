import {
  AddPermissionCommand,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  LambdaClient,
  ListTagsCommand,
  RemovePermissionCommand,
  UpdateFunctionUrlConfigCommand,
} from "@aws-sdk/client-lambda";
import { callsOf } from "./calls-of.ts";

export const calls = callsOf({
  client: (settings) => new LambdaClient(settings),
  commands: {
    AddPermission: AddPermissionCommand,
    GetFunctionUrlConfig: GetFunctionUrlConfigCommand,
    GetPolicy: GetPolicyCommand,
    ListTags: ListTagsCommand,
    RemovePermission: RemovePermissionCommand,
    UpdateFunctionUrlConfig: UpdateFunctionUrlConfigCommand,
  },
});
