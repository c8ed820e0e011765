import type { Json, JsonObject } from "@ephor/domain/json";
import type { Event } from "@ephor/events/envelope";
import { requestParameters } from "@ephor/events/sources/cloudtrail-read";
import { textAt, textsAt } from "@ephor/events/sources/read";
import { membersAt, succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { shown } from "../shorten.ts";
import { bucketOf } from "./bucket.ts";

/** Groups that are everyone, with or without an AWS account (S3 User Guide, "Amazon S3 predefined groups"). */
const EVERYONE = /\/groups\/global\/(AllUsers|AuthenticatedUsers)/;
const CANNED = new Set(["public-read", "public-read-write", "authenticated-read"]);
const GRANT_HEADERS = ["full-control", "read", "read-acp", "write", "write-acp"].map((name) => `x-amz-grant-${name}`);

/** What the call grants to everyone: by a canned ACL, by headers, or by the list in its body. */
function openGrants(event: Event): readonly string[] {
  const request = requestParameters(event);
  const canned = textsAt(request, "x-amz-acl").filter((name) => CANNED.has(name));
  const headers = GRANT_HEADERS.filter((name) => textsAt(request, name).some((grantee) => EVERYONE.test(grantee)));
  const listed = membersAt(request, "AccessControlPolicy.AccessControlList.Grant").flatMap((grant) =>
    EVERYONE.test(textAt(grant, "Grantee.URI") ?? "") ? [textAt(grant, "Permission") ?? "unknown"] : [],
  );
  return [...canned, ...headers, ...listed];
}

const put = (request: JsonObject, name = "PutBucketAcl") =>
  apiCall({ service: "s3", name, request: { bucketName: "reports", ...request } });
const grant = (uri: Json) =>
  put({
    AccessControlPolicy: {
      AccessControlList: { Grant: [{ Grantee: { "xsi:type": "Group", URI: uri }, Permission: "READ" }] },
    },
  });
const ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";

export const aclMadePublic = defineDetection({
  id: "s3.acl-made-public",
  title: "Bucket ACL opened to everyone",
  description:
    "The bucket's access control list lets everyone list, read or write, unless Block Public Access stands in the way. Policies do not show this.",
  severity: "high",
  pattern: succeeded({ service: "s3", names: ["PutBucketAcl", "CreateBucket"] }),
  when: (event) => openGrants(event).length > 0,
  finding: (event) => {
    const resource = bucketOf(event);
    if (resource === undefined) return null;
    const grants = openGrants(event);
    return tellCall(event, {
      resource,
      title: `ACL of bucket ${shown(resource.id)} opened to everyone (${shown(grants.join(", "))})`,
      evidence: { grants },
    });
  },
  mitre: ["T1530"],
  controls: { ...themes.exposure, cis: ["2.1.4", "4.8"], fsbp: ["S3.2", "S3.3", "S3.12"] },
  remediation: "s3.block-public-access",
  falsePositives: "Old buckets that serve a public website: move them to a policy and a CDN, or allow-list them.",
  references: [
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html",
    "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html",
  ],
  cases: [
    hit("a canned ACL", put({ "x-amz-acl": ["public-read"] }), {
      title: "ACL of bucket reports opened to everyone (public-read), by alice",
      resource: "reports",
    }),
    hit("a grant in the list", grant(ALL_USERS), { title: /\(READ\)/ }),
    hit("a grant to whoever has an AWS account", grant("http://acs.amazonaws.com/groups/global/AuthenticatedUsers")),
    hit("a grant in a header", put({ "x-amz-grant-write": [`uri="${ALL_USERS}"`] })),
    hit("public from the start", put({ "x-amz-acl": "public-read-write" }, "CreateBucket")),
    miss("private", put({ "x-amz-acl": ["private"] })),
    miss("log delivery", grant("http://acs.amazonaws.com/groups/s3/LogDelivery")),
    miss("the call was denied", denied(put({ "x-amz-acl": ["public-read"] }))),
    malformed("the grants are text", put({ AccessControlPolicy: { AccessControlList: { Grant: "AllUsers" } } })),
    malformed("the URI is a number", grant(7)),
  ],
});
