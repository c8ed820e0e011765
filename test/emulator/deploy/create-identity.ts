import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateAliasCommand, CreateKeyCommand, EnableKeyRotationCommand } from "@aws-sdk/client-kms";
import { answered, asIs, type Create, given, pascal, text } from "./creation.ts";

/** Keys, roles and what roles allow. */
export const IDENTITY: Readonly<Record<string, Create>> = {
  "aws:kms/key:Key": async ({ kms }, inputs) => {
    const { KeyMetadata: made } = await kms.send(
      new CreateKeyCommand({
        Description: asIs(inputs["description"]),
        Policy: asIs(inputs["policy"]),
        ...(given(inputs, "keyUsage") ? { KeyUsage: pascal(inputs["keyUsage"]) } : {}),
        ...(given(inputs, "customerMasterKeySpec") ? { KeySpec: pascal(inputs["customerMasterKeySpec"]) } : {}),
      }),
    );
    const id = answered(made?.KeyId, "key id");
    if (inputs["enableKeyRotation"] === true) await kms.send(new EnableKeyRotationCommand({ KeyId: id }));
    return { id, arn: answered(made?.Arn, "key ARN") };
  },
  "aws:kms/alias:Alias": async ({ kms }, inputs) => {
    await kms.send(
      new CreateAliasCommand({ AliasName: text(inputs, "name"), TargetKeyId: text(inputs, "targetKeyId") }),
    );
    return {};
  },
  "aws:iam/role:Role": async ({ iam }, inputs) => {
    const { Role: made } = await iam.send(
      new CreateRoleCommand({
        RoleName: text(inputs, "name"),
        AssumeRolePolicyDocument: text(inputs, "assumeRolePolicy"),
        Description: asIs(inputs["description"]),
      }),
    );
    return { arn: answered(made?.Arn, "role ARN") };
  },
  "aws:iam/rolePolicy:RolePolicy": async ({ iam }, inputs) => {
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: text(inputs, "role"),
        PolicyName: text(inputs, "name"),
        PolicyDocument: text(inputs, "policy"),
      }),
    );
    return {};
  },
};
