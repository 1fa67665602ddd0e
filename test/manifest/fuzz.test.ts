import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { Diagnostic } from '../../src/model/diagnostic.ts';
import { renderDiagnostics } from '../../src/output/diagnostics/diagnostics.ts';
import { makeRandom } from '../sim/random.ts';
import { SHORT_FORM, STREAM } from './good-files.ts';
import { mutate, pick } from './mutate.ts';
import { parse } from './parse.ts';
import { times } from '../effort.ts';

const { PODRUN_FUZZ, PODRUN_FUZZ_SEED } = process.env;
const cases = Number(PODRUN_FUZZ ?? times(2_000));
/** A soak draws anew each time; the tests of every day are the same ones. */
const firstSeed = Number(PODRUN_FUZZ_SEED ?? (PODRUN_FUZZ === undefined ? 1 : Date.now() % 2 ** 31));
/** Of the processor's time, whatever else it has to do: a thousand times what such a file takes. */
const longestMs = 2_000;

/** Seeds whose file once broke a promise. */
const KEPT: readonly number[] = [];

const EXAMPLES = join(import.meta.dirname, '../../examples');
const SEEDLINGS = [
  SHORT_FORM,
  STREAM,
  ...readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .toSorted()
    .map((path) => readFileSync(join(EXAMPLES, path), 'utf8')),
];

/** The file that a seed stands for. */
function fileOf(seed: number): string {
  const random = makeRandom(seed);
  return mutate(pick(SEEDLINGS, random), random, SEEDLINGS);
}

/** Why a file's reading breaks a promise; undefined where it keeps them all. */
function broken(text: string): string | undefined {
  const before = process.cpuUsage();
  const { reads } = parse(text);
  const { project, diagnostics } = parse(text, { files: new Map(reads.map((path) => [path, 'B=1\n'])) });
  const shown = renderDiagnostics(diagnostics, new Map([['pods.yaml', text]]), { color: false });
  const { user, system } = process.cpuUsage(before);
  const tookMs = (user + system) / 1_000;
  const isRefused = diagnostics.some(({ severity }) => severity === 'error');
  if ((project === undefined) !== isRefused)
    return project === undefined ? 'refused without an error' : 'a project with an error';
  if (diagnostics.length > 0 && shown === '') return 'findings that nobody sees';
  if (tookMs > longestMs) return `took ${Math.round(tookMs)} ms`;
  const lines = text.split('\n');
  const outside = diagnostics.find((finding) => !isInside(finding, lines));
  return outside === undefined ? undefined : `a place outside of the file: ${JSON.stringify(outside)}`;
}

/** A place is a character of a line, or the end of one. */
function isInside({ line, col, width }: Diagnostic, lines: readonly string[]): boolean {
  const length = lines[line - 1]?.length ?? -1;
  return line >= 1 && col >= 1 && col <= length + 1 && width >= 1 && col + width <= Math.max(length + 1, col + 1);
}

function brokenBy(seed: number): string | undefined {
  try {
    return broken(fileOf(seed));
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

test('what they come from is valid', () => {
  for (const text of SEEDLINGS) expect(broken(text)).toBeUndefined();
  expect(SEEDLINGS.length).toBeGreaterThan(10);
});

test.each(KEPT)('seed %i keeps its promises', (seed) => {
  expect(brokenBy(seed)).toBeUndefined();
});

test(
  `${cases} files with mistakes are read or refused, with places inside of them, in bounded time`,
  { timeout: 60_000 + cases * 60 },
  () => {
    for (let seed = firstSeed; seed < firstSeed + cases; seed += 1) {
      const problem = brokenBy(seed);
      if (problem !== undefined)
        throw new Error(`replay with PODRUN_FUZZ=1 PODRUN_FUZZ_SEED=${seed}\n${problem}\n${fileOf(seed)}`);
    }
  },
);
