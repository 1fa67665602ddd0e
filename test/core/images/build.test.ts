/** When an image that podrun builds is asked for, when it is built, and what that replaces. */
import { snapshotOf } from '../../../src/core/state/state.ts';
import { describe, expect, test } from 'vitest';
import type { Failure } from '../../../src/core/runtime/action.ts';
import type { Outcome } from '../../../src/core/runtime/outcome.ts';
import { emptyLog, foldEvents } from '../../../src/core/events/event-log.ts';
import type { EventLog } from '../../../src/core/events/event-log.ts';
import { eventsOf } from '../../../src/core/events/events.ts';
import { assume } from '../../../src/core/step/fold.ts';
import type { EngineContainer } from '../../../src/core/runtime/snapshot.ts';
import type { State } from '../../../src/core/state/state.ts';
import { podList } from '../../../src/core/status/status.ts';
import { step } from '../../../src/core/step/supervisor.ts';
import type { Input } from '../../../src/core/state/input.ts';
import { watchedKey } from '../../../src/core/state/files.ts';
import type { Self } from '../../../src/core/state/self.ts';
import type { Container } from '../../../src/model/container.ts';
import type { Pod } from '../../../src/model/pod.ts';
import { infraOnEngine, makeContainer, makePod, makeProject, makeState, onEngine } from '../make.ts';
import type { Reason } from '../../../src/core/runtime/reason.ts';
import { causeOf } from '../../../src/output/reasons/cause.ts';
import { causesText } from '../../../src/output/reasons/causes-text.ts';

const build = { context: '/src', args: { TOKEN: 'hunter2' } };
const app = makeContainer('app', { image: 'shop-web-app', build });
const web = makePod('web', { containers: [app] });
const running = onEngine(app, 0, { imageId: 'sha256:aaaaaaaa11' });

/** A podrun over these containers, on an engine whose answers about builds a test gives; all else succeeds. */
function begin(containers: readonly EngineContainer[], pod: Pod = web, rebuild = false, more: Partial<Self> = {}) {
  let nowMs = 30_000;
  const made = makeState();
  let state: State = { ...made, self: { ...made.self, ...(rebuild ? { rebuild: true } : {}), ...more } };
  let log: EventLog = emptyLog;
  const answers = new Map<string, Answer>();
  const lines: string[] = [];
  const feed = (input: Input): void => {
    const after = step(state, input, nowMs);
    log = foldEvents(log, eventsOf(state, after, input, { log, nowMs, causesText }));
    state = after.state;
  };
  const see = (seen: readonly EngineContainer[]): void => {
    feed({ kind: 'looked', snapshot: { ...snapshotOf(state), containers: seen }, sinceOutcome: Infinity });
  };
  /** Answers what is asked until all is quiet; what was done to the container, and why. */
  const settle = (): readonly string[] => {
    for (let next = due(); next !== undefined; next = due()) {
      nowMs += 1;
      const { action } = next;
      const { verb } = action;
      const given = verb === 'inspectBuild' || verb === 'buildImage' ? answers.get(verb)?.(verb) : undefined;
      if (next.container !== undefined && action.verb !== 'startContainer')
        lines.push(`${action.verb} ${next.container}: ${next.because.map(wordsOf).join(', ')}`);
      const assumed = assume(snapshotOf(state), action, nowMs);
      const { outcome } = assumed;
      feed({
        kind: 'outcome',
        target: action.target,
        outcome: given ?? madeFrom(outcome, imageId),
      });
      if (action.verb === 'killContainer') see(assumed.snapshot.containers);
      if (given?.ok === false) see(snapshotOf(state).containers);
    }
    return lines.splice(0);
  };
  const due = () => [...state.inFlight.values()][0];
  /** What a container that is made now runs from. */
  let imageId = 'sha256:bbbbbbbb22';

  feed({ kind: 'project', project: makeProject(pod) });
  see([infraOnEngine(pod), ...containers]);
  return {
    answers,
    settle,
    see,
    feed,
    makesFrom: (id: string) => (imageId = id),
    reload: (next: Pod = pod) => feed({ kind: 'project', project: makeProject(next) }),
    wait(ms: number) {
      nowMs += ms;
      feed({ kind: 'tick' });
    },
    waiting: () => podList(state, nowMs)[0]?.status?.containerStatuses?.[0]?.state?.waiting,
    spec: () => podList(state, nowMs)[0]?.spec,
    events: () => log.entries.map(({ type, reason, message }) => `${type} ${reason} ${message}`),
    containers: () => snapshotOf(state).containers,
  };
}

const wordsOf = (reason: Reason) => {
  const { path, from, to, text } = causeOf(reason);
  return [path, from, to, text].filter((each) => each !== undefined && each !== '').join(' ');
};

type Answer = (verb: 'inspectBuild' | 'buildImage') => Outcome;

const is =
  (imageId: string): Answer =>
  (verb) => ({ ok: true, verb, imageId });
const fails =
  (kind: Failure['kind'], message = 'no'): Answer =>
  () => ({ ok: false, failure: { kind, message } });

/** A container that was made is made from that image. */
const madeFrom = (outcome: Outcome, imageId: string): Outcome =>
  outcome.ok && 'container' in outcome && outcome.container.imageId === ''
    ? { ...outcome, container: { ...outcome.container, imageId } }
    : outcome;

describe('an image that is built', () => {
  test('is asked for at the start and at a reload, and left alone when it is what runs', () => {
    const podrun = begin([running]);
    podrun.answers.set('inspectBuild', is('sha256:aaaaaaaa11'));
    const asked = ['inspectBuild app: containers.app.build'];
    expect(podrun.settle()).toEqual(asked);
    podrun.wait(3_600_000);
    expect(podrun.settle()).toEqual([]);
    podrun.reload();
    expect(podrun.settle()).toEqual(asked);
  });

  test('of another content is built, and replaces the container alone', () => {
    const podrun = begin([running]);
    podrun.answers.set('inspectBuild', fails('noImage')).set('buildImage', is('sha256:bbbbbbbb22'));
    expect(podrun.settle().slice(1)).toEqual([
      'buildImage app: containers.app.build the engine has no image of what its context holds',
      'killContainer app: containers.app.build aaaaaaaa bbbbbbbb',
      'createContainer app: containers.app.build aaaaaaaa bbbbbbbb',
    ]);
    expect(podrun.events()).toEqual([
      'Normal Building Building image "shop-web-app"',
      'Normal Built Successfully built image "shop-web-app" in 1ms',
      'Normal Killing Container app definition changed, will be restarted: containers.app.build: aaaaaaaa -> bbbbbbbb',
      'Warning Error Container app ended with exit code 143 after 20s',
      'Normal Created Created container: app',
      'Normal Started Started container app',
    ]);
    expect(JSON.stringify([podrun.events(), podrun.spec(), podrun.containers()])).not.toMatch(/hunter2|\/src/);
  });

  test('whose name an image from outside podrun has is not made again and again', () => {
    const podrun = begin([running]);
    podrun.answers.set('inspectBuild', fails('noImage')).set('buildImage', is('sha256:bbbbbbbb22'));
    podrun.makesFrom('sha256:cccccccc33');
    expect(podrun.settle()).toHaveLength(4);
    expect(podrun.settle()).toEqual([]);
  });

  test('is built with --build whatever there is, once', () => {
    const podrun = begin([running], web, true);
    podrun.answers.set('buildImage', is('sha256:aaaaaaaa11')).set('inspectBuild', is('sha256:aaaaaaaa11'));
    expect(podrun.settle()).toEqual(['buildImage app: containers.app.build --build was given']);
    podrun.reload();
    expect(podrun.settle()).toEqual([expect.stringMatching(/^inspectBuild app/)]);
  });

  test('and cannot be stops nothing; with nothing running it is ErrImageBuild, tried again as pulls are', () => {
    const podrun = begin([running]);
    podrun.answers
      .set('inspectBuild', fails('noImage'))
      .set('buildImage', fails('refused', 'unknown instruction: FORM'));
    expect(podrun.settle().map((line) => line.split(' ')[0])).toEqual(['inspectBuild', 'buildImage']);
    expect(podrun.waiting()).toBeUndefined();
    podrun.see([infraOnEngine(web)]);
    expect(podrun.settle()).toEqual([]);
    expect(podrun.waiting()).toEqual({ reason: 'ErrImageBuild', message: 'unknown instruction: FORM' });
    podrun.wait(9_900);
    expect(podrun.settle()).toEqual([]);
    podrun.wait(200);
    expect(podrun.settle().map((line) => line.split(' ')[0])).toEqual(['buildImage']);
    podrun.wait(19_900);
    expect(podrun.settle()).toEqual([]);
    expect(podrun.events()).toContain('Warning Failed Failed to build image "shop-web-app": unknown instruction: FORM');
    expect(podrun.events()).toContain('Warning Failed Error: ErrImageBuild');

    podrun.answers.set('buildImage', is('sha256:bbbbbbbb22'));
    podrun.wait(200);
    expect(podrun.settle().map((line) => line.split(' ')[0])).toEqual(['buildImage', 'createContainer']);
    expect(podrun.waiting()).toBeUndefined();
  });

  test('into whose containers files are synced is not asked for by an edit of something else', () => {
    const sync = { paths: ['/src'], action: 'sync', target: '/app' } as const;
    const synced = { ...app, onChange: [sync] };
    const podWith = (container: Container, labels = {}) => makePod('web', { containers: [container] }, labels);
    const podrun = begin([onEngine(synced, 0, { imageId: 'sha256:aaaaaaaa11' })], podWith(synced));
    podrun.answers.set('inspectBuild', is('sha256:aaaaaaaa11'));
    podrun.settle();
    podrun.answers.set('inspectBuild', fails('noImage')).set('buildImage', is('sha256:bbbbbbbb22'));
    podrun.reload(podWith(synced, { edited: 'yes' }));
    expect(podrun.settle().filter((line) => /app/.test(line))).toEqual([]);
    podrun.reload(podWith({ ...synced, build: { ...build, target: 'dev' } }));
    expect(podrun.settle().map((line) => line.split(' ')[0])).toEqual([
      ...['inspectBuild', 'buildImage', 'killContainer', 'createContainer'],
    ]);
  });

  test('that fails of what its context is waits for an edit of that; where none is followed, for its time', () => {
    const lasting: Outcome = {
      ok: false,
      failure: { kind: 'refused', message: 'exit code: 3', lasting: true, output: 'a\nb\n' },
    };
    const files = (print: string): Input => ({
      kind: 'files',
      files: new Map([[watchedKey({ path: '/src', ignoredBy: '/src' }), new Map([['Dockerfile', print]])]]),
    });
    const podrun = begin([], web, false, { followsEdits: true });
    podrun.answers.set('inspectBuild', fails('noImage')).set('buildImage', () => lasting);
    podrun.see([infraOnEngine(web)]);
    expect(podrun.settle().map((line) => line.split(' ')[0])).toEqual(['inspectBuild', 'buildImage']);
    expect(podrun.waiting()).toEqual({ reason: 'ErrImageBuild', message: 'exit code: 3: b' });
    podrun.feed(files('1'));
    podrun.wait(3_600_000);
    expect(podrun.settle()).toEqual([]);
    expect(podrun.events().filter((line) => /uild/.test(line))).toEqual([
      'Normal Building Building image "shop-web-app"',
      'Warning Failed Failed to build image "shop-web-app": exit code: 3: b',
      'Warning Failed Error: ErrImageBuild',
    ]);

    podrun.answers.set('buildImage', is('sha256:bbbbbbbb22'));
    podrun.feed(files('2'));
    expect(podrun.settle().map((line) => line.split(' ')[0])).toEqual([
      'inspectBuild',
      'buildImage',
      'createContainer',
    ]);

    const blind = begin([], web);
    blind.answers.set('inspectBuild', fails('noImage')).set('buildImage', () => lasting);
    blind.see([infraOnEngine(web)]);
    blind.settle();
    blind.wait(10_100);
    expect(blind.settle().map((line) => line.split(' ')[0])).toEqual(['buildImage']);
  });

  const crashed = onEngine(app, 1, {
    state: 'exited',
    exitCode: 1,
    finishedAtMs: 29_000,
    imageId: 'sha256:aaaaaaaa11',
    createdAtMs: 28_000,
  });
  const looping = { ...crashed, labels: { ...crashed.labels, 'dev.podrun.backoff-seconds': '300' } };

  test('ends the back-off of a container that crashes', () => {
    const podrun = begin([looping]);
    podrun.answers.set('inspectBuild', is('sha256:bbbbbbbb22'));
    expect(podrun.settle().map((line) => line.split(' ')[0])).toEqual(['inspectBuild', 'createContainer']);
  });

  test('is not asked for what has ended for good', () => {
    const done = { ...looping, exitCode: 0 };
    const side = makeContainer('side');
    const pod = makePod('web', { restartPolicy: 'OnFailure', containers: [app, side] });
    const podrun = begin([done, onEngine(side, 0)], pod);
    expect(podrun.settle()).toEqual([]);
  });

  test('of a Pod that has no restart replaces the container in its Pod', () => {
    const pod = makePod('web', { restartPolicy: 'Never', containers: [app] });
    const podrun = begin([running], pod);
    podrun.answers.set('inspectBuild', is('sha256:bbbbbbbb22'));
    const lines = podrun.settle();
    expect(lines).toContain('killContainer app: containers.app.build aaaaaaaa bbbbbbbb');
    expect(lines.at(-1)).toMatch(/^createContainer app: containers.app.build aaaaaaaa bbbbbbbb/);
  });
});
