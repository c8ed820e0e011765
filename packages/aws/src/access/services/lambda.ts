import {
  AddPermissionCommand,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  LambdaClient,
  RemovePermissionCommand,
  UpdateFunctionUrlConfigCommand,
} from "@aws-sdk/client-lambda";
import { callsOf } from "./calls-of.ts";

export const calls = callsOf({
  client: (settings) => new LambdaClient(settings),
  commands: {
    GetPolicy: GetPolicyCommand,
    AddPermission: AddPermissionCommand,
    RemovePermission: RemovePermissionCommand,
    GetFunctionUrlConfig: GetFunctionUrlConfigCommand,
    UpdateFunctionUrlConfig: UpdateFunctionUrlConfigCommand,
  },
});
