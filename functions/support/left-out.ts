/** A file of a package, and what stands in its place in a bundle. */
export type LeftOut = { readonly path: RegExp; readonly contents: string };

/** What calls a function that is not there is told so. */
const ABSENT = '() => { throw new Error("left out of this bundle"); }';
/** An expression that says so where its value would be used. */
export const LEFT_OUT_THERE = `(${ABSENT})()`;
const absent = (...names: readonly string[]): string =>
  names.map((name) => `export const ${name} = ${ABSENT};`).join("\n");

const inPackage = (name: string, files: string): RegExp =>
  new RegExp(`[\\\\/]node_modules[\\\\/]${name.replace("/", "[\\\\/]")}[\\\\/]${files.replaceAll("/", "[\\\\/]")}$`);

const zod: readonly LeftOut[] = [
  // Messages in fifty languages.
  { path: inPackage("zod", "v4/locales/index\\.js"), contents: 'export { default as en } from "./en.js";' },
  // Schemas are written here, not read from JSON Schema.
  { path: inPackage("zod", "v4/classic/from-json-schema\\.js"), contents: absent("fromJSONSchema") },
];

/** Lambda decides what is sampled and says where it runs; the SDKs are not patched; only calls over HTTP are watched. */
const xray: readonly LeftOut[] = [
  {
    path: inPackage("aws-xray-sdk-core", "dist/lib/middleware/mw_utils\\.js"),
    contents: "exports.disableCentralizedSampling = () => {};",
  },
  ...[
    "database/sql_data",
    "middleware/incoming_request_data",
    "patchers/(?:aws3_p|aws_p|call_capturer|promise_p)",
    "segments/plugins/(?:ec2|ecs|elastic_beanstalk)_plugin",
    "segments/attributes/aws",
  ].map((file) => ({
    path: inPackage("aws-xray-sdk-core", `dist/lib/${file}\\.js`),
    contents: `module.exports = new Proxy(class {}, { get: () => ${ABSENT} });`,
  })),
];

const smithy = (file: string, contents: string): LeftOut => ({
  path: inPackage("@smithy/core", `dist-es/submodules/${file}\\.js`),
  contents,
});

const sdk: readonly LeftOut[] = [
  // Lambda hands credentials over in the environment: no profiles, single sign-on or instance metadata.
  {
    path: inPackage("@aws-sdk/credential-provider-node", "dist-es/index\\.js"),
    contents:
      'import { fromEnv } from "@aws-sdk/credential-provider-env"; export const defaultProvider = () => fromEnv();',
  },
  smithy(
    "config/node-config-provider/fromSharedConfigFiles",
    `import { CredentialsProviderError } from "../property-provider/CredentialsProviderError";
    export const fromSharedConfigFiles = () => async () => { throw new CredentialsProviderError("no files"); };`,
  ),
  smithy("config/config-resolver/regionConfig/getInstanceMetadataRegion", absent("getInstanceMetadataRegion")),
  // Operations that stream events are none of ours.
  smithy(
    "event-streams/index",
    `${absent("eventStreamSerdeProvider")}
    export class EventStreamSerde {}
    export const resolveEventStreamSerdeConfig = (input) => input;`,
  ),
  {
    path: inPackage(
      "@aws-sdk/core",
      "dist-es/submodules/client/util-user-agent-browser/createUserAgentStringParsingProvider\\.js",
    ),
    contents: absent("createUserAgentStringParsingProvider"),
  },
  // Node has these by itself.
  smithy("checksum/sha256/Sha256Js", "export class Sha256Js {}"),
  smithy("checksum/md5/Md5Js", "export class Md5Js {}"),
  smithy("checksum/crc32/Crc32Js", "export class Crc32Js {}"),
  smithy(
    "config/defaults-mode/resolveDefaultsModeConfig",
    'export const resolveDefaultsModeConfig = () => async () => "legacy";',
  ),
  // What comes over Node's HTTP is never a stream of the web.
  smithy("serde/util-stream/sdk-stream-mixin\\.browser", absent("sdkStreamMixin")),
  smithy("serde/util-stream/checksum/createChecksumStream\\.browser", absent("createChecksumStream")),
  smithy("serde/util-stream/getAwsChunkedEncodingStream\\.browser", absent("getAwsChunkedEncodingStream")),
  // The discovery of endpoints is off.
  { path: inPackage("@aws-sdk/endpoint-cache", "dist-es/index\\.js"), contents: "export class EndpointCache {}" },
];

/** In the text of a bundle that asks for JSON Schemas and was built without. */
export const ASKS_FOR_JSON_SCHEMA = "left out of this bundle: JSON Schema";
/** What makes a JSON Schema of a schema: each kind of schema names it, few bundles call it. */
export const JSON_SCHEMA: readonly LeftOut[] = [
  {
    path: inPackage("zod", "v4/core/json-schema-processors\\.js"),
    contents: `export const toJSONSchema = () => { throw new Error("${ASKS_FOR_JSON_SCHEMA}"); };`,
  },
  {
    path: inPackage("zod", "v4/core/to-json-schema\\.js"),
    contents: absent("createToJSONSchemaMethod", "createStandardJSONSchemaMethod"),
  },
  { path: inPackage("zod", "v4/core/json-schema-generator\\.js"), contents: "export class JSONSchemaGenerator {}" },
];

/** What comes along with packages and can never be used in a Lambda function of ours. */
export const LEFT_OUT: readonly LeftOut[] = [...zod, ...xray, ...sdk];
