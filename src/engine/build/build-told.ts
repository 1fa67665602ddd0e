/** What the two builders tell of a build that gets on: how far it is, and what failed in it. */
import type { ImageProgress } from '../port.ts';
import type { Told } from '../images/told.ts';
import { numberField, readFields, textField } from './protobuf.ts';
import { keepOutputs } from './step-output.ts';
import type { StepOutputs } from './step-output.ts';

/** Follows one build. */
export interface BuildListener {
  /** @returns how far it is, where that is news */
  take(told: Told): ImageProgress | undefined;
  /** To be asked once the build has failed. */
  failed(): FailedStep;
}

export interface FailedStep {
  /** All that its command wrote: the builder's own error says no more than an exit code. */
  readonly output: string;
  /** It asked others for something, say a registry: the same may be answered another time. */
  readonly isOutside: boolean;
}

const stepLine = /^Step (\d+)\/(\d+) : (\S+) (\S*)/;
/** What the builder says of itself is no output of the command. */
const ownLine = /^ ---> |^Removing intermediate container |^The command '.*' returned a non-zero code: /;

/** The classic builder writes text. */
export function listenToClassic(): BuildListener {
  const outputs = keepOutputs();
  let step = '';
  let isOutside = false;
  let pieces = 0;
  return {
    take({ stream = '' }) {
      const [, done, total, word = '', from = ''] = stepLine.exec(stream) ?? [];
      if (done !== undefined) {
        step = done;
        isOutside = /^FROM$/i.test(word) || (/^ADD$/i.test(word) && /^(https?|git)[:@]/.test(from));
        return { done: Number(done), total: Number(total), unit: 'steps' };
      }
      pieces += 1;
      if (!ownLine.test(stream)) outputs.add(step, { seconds: 0, nanos: pieces, stream: 1 }, Buffer.from(stream));
      return undefined;
    },
    failed: () => ({ output: outputs.of(step), isOutside }),
  };
}

/** BuildKit's name of a step of the Dockerfile, `[2/3] RUN make` or with its stage `[build 2/3] RUN make`. */
const stepName = /^\[(?:(.*) )?(\d+)\/(\d+)\] /;
/** Its names of what it asks a registry or another server for. */
const outsideName =
  /^(\[internal\] load metadata for |resolve image config for |docker-image:\/\/|importing cache manifest from |https?:\/\/|\[[^\]]*\] (FROM |ADD (https?|git)[:@]))/;

/**
 * BuildKit sends its own status (api/services/control StatusResponse): 1 what it works on (1 its digest, 3 its name, 5 when
 * it began, 7 its error), 3 what that says (1 the digest, 2 when, 3 the stream, 4 the text).
 * @param outputs shared by builds that go on together: a step that two of them have runs once, and may speak to one alone
 */
export function listenToBuildKit(outputs: StepOutputs): BuildListener {
  const begun = new Set<string>();
  const stepsOf = new Map<string, number>();
  let failed: { readonly digest: string; readonly name: string } | undefined;
  const takeVertex = (vertex: Buffer): boolean => {
    const [digest, name, error] = [textField(vertex, 1), textField(vertex, 3), textField(vertex, 7)];
    // One that fails ends those that run beside it.
    if (error !== '' && !/context canceled/.test(error)) failed ??= { digest, name };
    const [, stage = '', , total] = stepName.exec(name) ?? [];
    if (total === undefined) return false;
    stepsOf.set(stage, Number(total));
    if (textField(vertex, 5) === '' || begun.has(digest)) return false;
    begun.add(digest);
    return true;
  };
  const takeLog = (log: Buffer): void => {
    for (const { number, bytes } of readFields(log))
      if (number === 4)
        outputs.add(
          textField(log, 1),
          { ...momentOf(log), stream: numberField(log, 3) },
          // The message is read from a buffer that others are read from as well.
          Buffer.from(bytes),
        );
  };
  return {
    take({ id, aux }) {
      if (id !== 'moby.buildkit.trace' || typeof aux !== 'string') return undefined;
      let isNews = false;
      for (const { number, bytes } of readFields(Buffer.from(aux, 'base64'))) {
        if (number === 1) isNews = takeVertex(bytes) || isNews;
        if (number === 3) takeLog(bytes);
      }
      const total = [...stepsOf.values()].reduce((sum, steps) => sum + steps, 0);
      return isNews ? { done: begun.size, total, unit: 'steps' } : undefined;
    },
    failed: () => ({
      output: failed === undefined ? '' : outputs.of(failed.digest),
      isOutside: failed !== undefined && outsideName.test(failed.name),
    }),
  };
}

/** google.protobuf.Timestamp: 1 the seconds, 2 the nanoseconds. */
function momentOf(log: Buffer): { readonly seconds: number; readonly nanos: number } {
  for (const { number, bytes } of readFields(log))
    if (number === 2) return { seconds: numberField(bytes, 1), nanos: numberField(bytes, 2) };
  return { seconds: 0, nanos: 0 };
}
