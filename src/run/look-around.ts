/** What a folder has that a first pods.yaml can begin with. */
import { join } from 'node:path';
import { isFolder, namesIn, readText } from '../platform/files.ts';

/** In compose's own order. */
const composeNames = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** Where manifests mostly lie, beside the folder itself. */
const manifestFolders = ['k8s', 'kubernetes', 'manifests', 'deploy'];

const manifest = /^kind: *['"]?(Pod|Deployment|StatefulSet|DaemonSet|ReplicaSet|Job|CronJob)\b/m;

export type Surroundings =
  | { readonly kind: 'compose'; readonly file: string }
  /** Named as -f takes it. */
  | { readonly kind: 'manifests'; readonly place: string }
  | { readonly kind: 'dockerfile'; readonly text: string }
  | { readonly kind: 'nothing' };

/** The first of these that is there: a compose file, Kubernetes manifests, a Dockerfile. */
export async function lookAround(folder: string): Promise<Surroundings> {
  const names = await namesIn(folder);
  const compose = composeNames.find((name) => names.includes(name));
  if (compose !== undefined) return { kind: 'compose', file: compose };
  for (const name of names) if (await isManifest(folder, name)) return { kind: 'manifests', place: name };
  for (const place of manifestFolders.filter((name) => names.includes(name)))
    if (await hasManifest(join(folder, place))) return { kind: 'manifests', place: `${place}/` };
  const dockerfile = names.includes('Dockerfile') ? await readText(join(folder, 'Dockerfile')) : undefined;
  return dockerfile?.ok === true ? { kind: 'dockerfile', text: dockerfile.text } : { kind: 'nothing' };
}

async function hasManifest(folder: string): Promise<boolean> {
  if (!(await isFolder(folder))) return false;
  for (const name of await namesIn(folder)) if (await isManifest(folder, name)) return true;
  return false;
}

async function isManifest(folder: string, name: string): Promise<boolean> {
  if (!/\.ya?ml$/.test(name) || name.startsWith('.')) return false;
  const read = await readText(join(folder, name));
  return read.ok && manifest.test(read.text) && /^apiVersion:/m.test(read.text);
}
