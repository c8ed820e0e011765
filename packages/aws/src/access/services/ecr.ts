import {
  DeleteRepositoryPolicyCommand,
  ECRClient,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import { callsOf } from "./calls-of.ts";

export const calls = callsOf({
  client: (settings) => new ECRClient(settings),
  commands: {
    DeleteRepositoryPolicy: DeleteRepositoryPolicyCommand,
    GetRepositoryPolicy: GetRepositoryPolicyCommand,
    ListTagsForResource: ListTagsForResourceCommand,
    SetRepositoryPolicy: SetRepositoryPolicyCommand,
  },
});
