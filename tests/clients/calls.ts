/** calls.js URL IMAGES FOLDER: makes every call with the generated types, and writes the answers to a folder. */

import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

const [url, images, folder] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl: url });
const boot = readFileSync(join(images, "boot.png"));
const digit = readFileSync(join(images, "digit.png"));

// OpenAPI has no other type for bytes than a string: each is told to be one, and sent as it is.
const bytes = (data: Uint8Array) => ({
  body: data as unknown as string,
  bodySerializer: (body: unknown) => body as BodyInit,
  headers: { "Content-Type": "application/octet-stream" },
  parseAs: "arrayBuffer" as const,
});

const form = (name: string, ...files: Uint8Array[]) => {
  const sent = new FormData();
  files.forEach((file) => sent.append("file", new Blob([new Uint8Array(file)]), name));
  return sent;
};

function write(name: string, answer: { data?: ArrayBuffer; error?: unknown }): Uint8Array {
  assert.ok(answer.data, JSON.stringify(answer.error));
  const data = new Uint8Array(answer.data);
  writeFileSync(join(folder, name), data);
  return data;
}

const query = { quality: 30 };
const header = { "hourglass-deadline": 60 };
const file = write("boot.hgls", await client.POST("/encode", { params: { query, header }, ...bytes(boot) }));
write("boot.png", await client.POST("/decode", bytes(file)));
const model = "fashion-denoising";
write("clean.png", await client.POST("/denoise", { params: { query: { model, strength: "auto" } }, ...bytes(boot) }));
write("clean-less.png", await client.POST("/denoise", { params: { query: { model, strength: 40 } }, ...bytes(boot) }));
write("samples.png", await client.GET("/sample", { params: { query: { count: 4, seed: 1 } }, parseAs: "arrayBuffer" }));
const walk = { start: Array(40).fill(0.5), end: Array(40).fill(-0.5), steps: 3 };
write("walk.png", await client.POST("/sample", { body: walk, parseAs: "arrayBuffer" }));

const byForm = await client.POST("/encode", {
  params: { query },
  body: { file: "" },
  bodySerializer: () => form("boot.png", boot),
  parseAs: "arrayBuffer",
});
assert.deepEqual(new Uint8Array(byForm.data!), file);
assert.equal(byForm.response.headers.get("Content-Disposition"), 'attachment; filename="boot.hgls"');

const told = await client.POST("/encode", {
  ...bytes(boot),
  params: { query },
  headers: { Accept: "application/json", "Content-Type": "application/octet-stream" },
  parseAs: "json",
});
const encoded = told.data as components["schemas"]["Encoded"];
assert.equal(encoded.bytes, file.length);

const scores = await client.POST("/anomaly-score", {
  body: { file: [] },
  bodySerializer: () => form("image.png", boot, new Uint8Array([120]), digit),
  parseAs: "json",
});
writeFileSync(join(folder, "scores.json"), JSON.stringify(scores.data));

const refused = await client.POST("/encode", { params: { query: { quality: 0 } }, ...bytes(boot) });
assert.equal(refused.error?.parameter, "quality");

const listing = await client.GET("/models");
assert.ok(listing.data?.models.some((each) => each.name === "photo-codec"));
