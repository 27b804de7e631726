import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { DeploymentError, messageOf } from './errors';

const manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      dependencies: z.array(z.string()).optional(),
      properties: z
        .object({
          templateFile: z.string().optional(),
          stackName: z.string().optional(),
          parameters: z.record(z.string(), z.string()).optional(),
          file: z.string().optional(),
        })
        .optional(),
    }),
  ),
});

const assetManifest = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string(), packaging: z.string() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/** One stack of a synthesized app, ready to deploy. */
interface AssemblyStack {
  name: string;
  /** The template as written by the CDK, not yet checked. */
  template: unknown;
  parameters: Record<string, string>;
}

/** What `cdk synth` wrote to a directory. */
export interface CloudAssembly {
  /** In an order in which each stack comes after those it depends on. */
  stacks: AssemblyStack[];
  /** S3 object key of each unpacked zip asset → its directory. */
  assets: ReadonlyMap<string, string>;
}

function read<S extends z.ZodType>(schema: S, directory: string, file: string): z.output<S> {
  try {
    return schema.parse(JSON.parse(readFileSync(resolve(directory, file), 'utf8')));
  } catch (cause) {
    throw new DeploymentError(`cloud assembly ${directory}: cannot read ${file}: ${messageOf(cause)}`, { cause });
  }
}

/** Reads a cloud assembly directory; throws a DeploymentError when it is not one or holds no stack. */
export function readAssembly(directory: string): CloudAssembly {
  const { artifacts } = read(manifest, directory, 'manifest.json');
  const assets = new Map<string, string>();
  for (const { type, properties } of Object.values(artifacts)) {
    if (type !== 'cdk:asset-manifest' || properties?.file === undefined) continue;
    for (const { source, destinations } of Object.values(read(assetManifest, directory, properties.file).files)) {
      if (source.packaging !== 'zip') continue;
      for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, resolve(directory, source.path));
    }
  }
  const ordered = new Set<string>();
  const visit = (id: string): void => {
    const artifact = artifacts[id];
    if (!artifact || ordered.has(id)) return;
    for (const dependency of artifact.dependencies ?? []) visit(dependency);
    ordered.add(id);
  };
  for (const id of Object.keys(artifacts)) visit(id);
  const stacks = [...ordered].flatMap((id): AssemblyStack[] => {
    const { type, properties } = artifacts[id] ?? {};
    if (type !== 'aws:cloudformation:stack' || properties?.templateFile === undefined) return [];
    const template = read(z.unknown(), directory, properties.templateFile);
    return [{ name: properties.stackName ?? id, template, parameters: properties.parameters ?? {} }];
  });
  if (stacks.length === 0) throw new DeploymentError(`cloud assembly ${directory}: there is no stack in it`);
  return { stacks, assets };
}
