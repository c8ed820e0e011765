import {
  DeleteRepositoryPolicyCommand,
  ECRClient,
  GetRepositoryPolicyCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import { callsOf } from "./calls-of.ts";

export const calls = callsOf({
  client: (settings) => new ECRClient(settings),
  commands: {
    GetRepositoryPolicy: GetRepositoryPolicyCommand,
    SetRepositoryPolicy: SetRepositoryPolicyCommand,
    DeleteRepositoryPolicy: DeleteRepositoryPolicyCommand,
  },
});
