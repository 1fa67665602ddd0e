/** The last verdicts of the probes, kept beside the socket: `ps` after the supervisor's death knows what was ready. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { ProbeMemory } from '../core/probes/probe.ts';
import type { PartKey } from '../core/state/part-key.ts';

type Entries = readonly (readonly [key: PartKey, memory: ProbeMemory])[];

/** Writes the verdicts, without what the probes said: that may be anything. */
export async function saveProbes(path: string, probes: ReadonlyMap<PartKey, ProbeMemory>): Promise<void> {
  const entries: Entries = [...probes].map(([key, memory]) => [key, { ...memory, output: '', checking: undefined }]);
  await writeFile(`${path}.new`, JSON.stringify(entries), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** The verdicts as last saved; none where there are none, or they cannot be read. */
export async function loadProbes(path: string): Promise<ReadonlyMap<PartKey, ProbeMemory>> {
  try {
    return new Map(JSON.parse(await readFile(path, 'utf8')) as Entries);
  } catch {
    return new Map();
  }
}
