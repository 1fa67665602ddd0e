/** What the two builders tell of a build that gets on: how far it is, and the last words of what failed. */
import { stripVTControlCharacters } from 'node:util';
import type { ImageProgress } from '../port.ts';
import { readFields, textField } from './protobuf.ts';
import type { Told } from '../images/told.ts';

/** Follows one build. */
export interface BuildListener {
  /** @returns how far it is, where that is news */
  take(told: Told): ImageProgress | undefined;
  /** The last that the command under way said: the builder's own error says no more than an exit code. */
  lastWords(): readonly string[];
}

/** How much of what a command said is told with its failure. */
const lastLines = 3;

/** The text's last lines; builders paint what goes to standard error. */
function linesOf(text: string): readonly string[] {
  const lines = stripVTControlCharacters(text).split('\n');
  return lines.flatMap((line) => (line.trim() === '' ? [] : [line.trim()])).slice(-lastLines);
}

const stepLine = /^Step (\d+)\/(\d+) : /;

/** The classic builder writes text. */
export function listenToClassic(): BuildListener {
  let said: readonly string[] = [];
  return {
    take({ stream = '' }) {
      const [, done, total] = stepLine.exec(stream) ?? [];
      if (done !== undefined) {
        said = [];
        return { done: Number(done), total: Number(total), unit: 'steps' };
      }
      // What the builder says of itself is no output of the command.
      if (!/^ ---> |^Removing intermediate container /.test(stream))
        said = [...said, ...linesOf(stream)].slice(-lastLines);
      return undefined;
    },
    lastWords: () => said,
  };
}

/** BuildKit's name of a step of the Dockerfile, `[2/3] RUN make` or with its stage `[build 2/3] RUN make`. */
const stepName = /^\[(?:(.*) )?(\d+)\/(\d+)\] /;

/**
 * BuildKit sends its own status (api/services/control StatusResponse): 1 what it works on (1 its digest, 3 its name, 5 when
 * it began, 7 its error), 3 what that says (1 the digest, 4 the text).
 */
export function listenToBuildKit(): BuildListener {
  const begun = new Set<string>();
  const stepsOf = new Map<string, number>();
  const said = new Map<string, readonly string[]>();
  let failed = '';
  const takeVertex = (vertex: Buffer): boolean => {
    const digest = textField(vertex, 1);
    if (textField(vertex, 7) !== '') failed = digest;
    const [, stage = '', , total] = stepName.exec(textField(vertex, 3)) ?? [];
    if (total === undefined) return false;
    stepsOf.set(stage, Number(total));
    if (textField(vertex, 5) === '' || begun.has(digest)) return false;
    begun.add(digest);
    return true;
  };
  return {
    take({ id, aux }) {
      if (id !== 'moby.buildkit.trace' || typeof aux !== 'string') return undefined;
      let isNews = false;
      for (const { number, bytes } of readFields(Buffer.from(aux, 'base64'))) {
        if (number === 1) isNews = takeVertex(bytes) || isNews;
        if (number !== 3) continue;
        const digest = textField(bytes, 1);
        said.set(digest, [...(said.get(digest) ?? []), ...linesOf(textField(bytes, 4))].slice(-lastLines));
      }
      const total = [...stepsOf.values()].reduce((sum, steps) => sum + steps, 0);
      return isNews ? { done: begun.size, total, unit: 'steps' } : undefined;
    },
    lastWords: () => said.get(failed) ?? [],
  };
}
