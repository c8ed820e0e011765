import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { basename, dirname } from "node:path";
import type { Plugin } from "esbuild";
import { LEFT_OUT_THERE, type LeftOut } from "./left-out.ts";

export const leaveOut = (files: readonly LeftOut[]): Plugin => ({
  name: "leave-out",
  setup({ onLoad }) {
    for (const { path, contents } of files) {
      onLoad({ filter: path }, (file) => ({ contents, loader: "js", resolveDir: dirname(file.path) }));
    }
  },
});

/** A client looks only at its version. */
const versionsAlone: Plugin = {
  name: "versions-alone",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[a-z0-9-]+[\\/]package\.json$/ }, (file) => {
      const { version } = JSON.parse(readFileSync(file.path, "utf8"));
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
  },
};

/** As the formatter writes them: the cases of a detection or remediation, which only tests and `ephor detections test` run. */
const CASES = /^ {2}cases: \[(?:.*\],|\n[\s\S]*?^ {2}\],)$/m;

/**
 * Taken as one value, zod's namespace keeps all of zod in a bundle; imported as a namespace it keeps what is used.
 * Cases are replaced by none.
 */
const ownSources: Plugin = {
  name: "own-sources",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/](?:packages|functions)[\\/][^\0]*\.ts$/ }, (file) => {
      const text = readFileSync(file.path, "utf8").replace('import { z } from "zod";', 'import * as z from "zod";');
      return { contents: /define[A-Z]/.test(text) ? text.replace(CASES, "  cases: [],") : text, loader: "ts" };
    });
  },
};

/** An error of a service that adds nothing to the base's, as the SDK writes each. */
const PLAIN_ERROR =
  /export class (\w+) extends __BaseException \{\s+static shapeId = "([^"]+)";\s+name = "\1";\s+\$fault = "(\w+)";\s+constructor\(opts\) \{\s+super\(\{\s+name: "\1",\s+\$fault: "\3",\s+\.\.\.opts,\s+\}\);\s+Object\.setPrototypeOf\(this, \1\.prototype\);\s+\}\s+\}/g;
const PLAIN_ERROR_OF = `
const plainError = (shapeId, name, $fault) => class PlainError extends __BaseException {
  static shapeId = shapeId;
  name = name;
  $fault = $fault;
  constructor(opts) {
    super({ name, $fault, ...opts });
    Object.setPrototypeOf(this, PlainError.prototype);
  }
};`;

/** The same classes, made by one function in place of eighty times the same text. */
const plainErrors: Plugin = {
  name: "plain-errors",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[a-z0-9-]+[\\/]dist-es[\\/]models[\\/]errors\.js$/ }, (file) => {
      const text = readFileSync(file.path, "utf8").replaceAll(
        PLAIN_ERROR,
        'export const $1 = /* @__PURE__ */ plainError("$2", "$1", "$3");',
      );
      const [base = "", ...rest] = text.split("\n");
      return { contents: [base, PLAIN_ERROR_OF, ...rest].join("\n"), loader: "js" };
    });
  },
};

/** A computed key might have an effect, for all a bundler knows: the schemas of every operation would stay for it. */
const constantKeys: Plugin = {
  name: "constant-keys",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[a-z0-9-]+[\\/]dist-es[\\/]schemas[\\/][^\\/]+\.js$/ }, (file) => {
      const text = readFileSync(file.path, "utf8");
      const constants = new Map(
        [...text.matchAll(/^const (_\w+) = ("[^"\n]*");$/gm)].map(([, name, value]) => [name, value]),
      );
      const contents = text.replaceAll(/\[(_\w+)\]:/g, (whole, name: string) => {
        const value = constants.get(name);
        return value === undefined ? whole : `${value}:`;
      });
      return { contents, loader: "js" };
    });
  },
};

/**
 * Imported, a module of Node has every export read at once, those among them that load much more (`node:http` its
 * WebSocket client: 28 ms of a cold start). Required, it has not.
 */
const requiredBuiltins: Plugin = {
  name: "required-builtins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z_:/0-9]+$/ }, ({ path, namespace }) => {
      if (!isBuiltin(path)) return undefined;
      return namespace === "builtin" ? { path, external: true } : { path, namespace: "builtin" };
    });
    onLoad({ filter: /^/, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/** What the SDK imports late because browsers have it not, is there at once: no file beside the bundle for a line. */
const atOnce: Plugin = {
  name: "at-once",
  setup({ onLoad }) {
    const filter =
      /[\\/](?:node-http-handler[\\/]dist-es[\\/]node-http-handler|invoke-store|submodules[\\/]protocols[\\/]HttpProtocol)\.js$/;
    onLoad({ filter }, (file) => ({
      contents: readFileSync(file.path, "utf8")
        .replaceAll(/await import\((["'])(node:\w+)\1\)/g, 'require("$2")')
        .replace('await import("@smithy/core/event-streams")', LEFT_OUT_THERE),
      loader: "js",
    }));
  },
};

/** Node reads a map whole as a function starts: lines are told of our own sources, of packages only which file it is. */
const ownMaps: Plugin = {
  name: "own-maps",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?js$/ }, ({ path }) => {
      const map = { version: 3, sources: [basename(path)], names: [], mappings: "AAAA" };
      const encoded = Buffer.from(JSON.stringify(map)).toString("base64");
      const text = readFileSync(path, "utf8");
      return { contents: `${text}\n//# sourceMappingURL=data:application/json;base64,${encoded}`, loader: "js" };
    });
  },
};

export const PLUGINS: readonly Plugin[] = [
  ...[versionsAlone, ownSources, plainErrors, constantKeys, atOnce, requiredBuiltins, ownMaps],
];
