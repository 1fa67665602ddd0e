/** What is done, in which order and why, as text: the same planner that `diff` prints. */
import type { PartKey } from '../../src/core/state/part-key.ts';
import { allMemory, share } from './memory.ts';
import { snapshotOf } from '../../src/core/state/state.ts';
import { describe, expect, test } from 'vitest';
import type { EngineAction } from '../../src/core/runtime/action.ts';
import { othersClaims } from '../../src/core/runtime/folder.ts';
import { assume } from '../../src/core/step/fold.ts';
import { observe } from '../../src/core/runtime/observed.ts';
import type { Planned } from '../../src/core/state/planned.ts';
import { emptySnapshot } from '../../src/core/runtime/snapshot.ts';
import type { Snapshot } from '../../src/core/runtime/snapshot.ts';
import type { Intent } from '../../src/core/state/self.ts';
import type { State } from '../../src/core/state/state.ts';
import { step } from '../../src/core/step/supervisor.ts';
import type { Input } from '../../src/core/state/input.ts';
import type { Container } from '../../src/model/container.ts';
import type { Pod } from '../../src/model/pod.ts';
import type { Project } from '../../src/model/project.ts';
import { makeContainer, makePod, makeProbe, makeProject, makeState } from './make.ts';
import { causeOf } from '../../src/output/reasons/cause.ts';

const app = makeContainer('app', { env: [{ name: 'PORT', value: '8080' }] });
const web = makePod('web', {
  containers: [app, makeContainer('proxy')],
  volumes: [{ name: 'scratch', emptyDir: { medium: '' } }],
});
const withApp = (over: Partial<Container>): Pod => ({
  ...web,
  spec: { ...web.spec, containers: [{ ...app, ...over }, makeContainer('proxy')] },
});

interface Run {
  readonly state: State;
  readonly lines: readonly string[];
  readonly nowMs: number;
}

/** Feeds an input and then a success for each action, one after the other, until all is quiet. */
function run(before: { readonly state: State; readonly nowMs: number }, ...inputs: readonly Input[]): Run {
  const lines: string[] = [];
  let { state, nowMs } = before;
  for (const input of inputs) state = step(state, input, nowMs).state;
  for (let planned = first(state); planned !== undefined; planned = first(state)) {
    lines.push(line(planned));
    nowMs += 1;
    const assumed = assume(snapshotOf(state), planned.action, nowMs);
    state = step(state, { kind: 'outcome', target: planned.action.target, outcome: assumed.outcome }, nowMs).state;
    if (planned.action.verb === 'killContainer') state = step(state, look(assumed.snapshot, state), nowMs).state;
  }
  const last = step(state, { kind: 'tick' }, nowMs);
  expect({ settled: last.settled, effects: last.effects }).toEqual({ settled: true, effects: [] });
  return { state: last.state, lines, nowMs };
}

/** The same on an engine that has no such image, and no registry. */
function withoutImage(before: Run, image: string, input: Input): Pick<Run, 'state' | 'lines'> {
  const lines: string[] = [];
  let { state } = step(before.state, input, before.nowMs);
  for (let planned = first(state); planned !== undefined; planned = first(state)) {
    lines.push(line(planned));
    const { action } = planned;
    const isAbsent = 'image' in action && action.image === image;
    const failure = { kind: action.verb === 'pullImage' ? 'refused' : 'noImage', message: 'not found' } as const;
    const outcome = isAbsent
      ? ({ ok: false, failure } as const)
      : assume(snapshotOf(state), action, before.nowMs).outcome;
    state = step(state, { kind: 'outcome', target: action.target, outcome }, before.nowMs).state;
    state = step(state, look(snapshotOf(state), state), before.nowMs).state;
  }
  return { state, lines };
}

const first = (state: State): Planned | undefined => [...state.inFlight.values()][0];

const look = (snapshot: Snapshot, state: State): Input => ({ kind: 'looked', snapshot, sinceOutcome: state.outcomes });

const file = (project: Project): Input => ({ kind: 'project', project });

/** Verb, object without its uid, and why. */
function line({ action, because }: Planned): string {
  const why = because.map(causeOf).map(({ path, from, to, text }) => {
    const change = from !== undefined || to !== undefined ? `${path}: ${from ?? '(none)'} -> ${to ?? '(none)'}` : path;
    return text === undefined ? change : change === '' ? text : `${change} (${text})`;
  });
  return `${action.verb} ${object(action)}: ${why.join(', ')}`;
}

function object(action: EngineAction): string {
  const name = action.target.replace(/\.[0-9a-f]{8}(?=\.|$)/, '');
  return action.verb === 'killContainer' ? `${name} ${action.signal}` : name;
}

const up = (...pods: readonly Pod[]): Run =>
  run({ state: makeState(), nowMs: 1_000 }, file(makeProject(...pods)), look(emptySnapshot, makeState()));

const running = (snapshot: Snapshot): string[] =>
  snapshot.containers.filter(({ state }) => state === 'running').map(({ name }) => name.replace(/\.[0-9a-f]{8}/, ''));

describe('up', () => {
  test('from nothing', () => {
    const { lines, state } = up(web);
    expect(lines).toEqual([
      'createNetwork podrun-shop: the Pods’ network',
      'inspectImage busybox: the image of every infra container',
      'inspectImage app:1: containers.app.image: (none) -> app:1 (imagePullPolicy is IfNotPresent)',
      'inspectImage proxy:1: containers.proxy.image: (none) -> proxy:1 (imagePullPolicy is IfNotPresent)',
      'createVolume shop.web.scratch: volumes.scratch (the Pod is new)',
      'createVolume shop.web._own: the Pod is new',
      'createContainer shop.web.0: the Pod is new',
      'startContainer shop.web.0: the infra container holds the Pod',
      'prepareVolumes shop.web.0: the volumes are new',
      'createContainer shop.web.app.0: the container is new',
      'startContainer shop.web.app.0: it is made',
      'createContainer shop.web.proxy.0: the container is new',
      'startContainer shop.web.proxy.0: it is made',
    ]);
    expect(running(snapshotOf(state))).toEqual(['shop.web.0', 'shop.web.app.0', 'shop.web.proxy.0']);
  });

  test('a second time, in the same podrun and in a new one: nothing', () => {
    const before = up(web);
    expect(run(before, file(makeProject(structuredClone(web)))).lines).toEqual([]);
    expect(
      run(
        { state: makeState(), nowMs: before.nowMs },
        file(makeProject(web)),
        look(snapshotOf(before.state), makeState()),
      ).lines,
    ).toEqual([]);
  });

  test('the containers start one after the other, in the file’s order', () => {
    const before = up(web);
    const images = new Map(['busybox', 'app:1', 'proxy:1'].map((image) => [image, image]));
    const cold = share(makeState(), { images });
    const infraOnly = { ...snapshotOf(before.state), containers: snapshotOf(before.state).containers.slice(0, 1) };
    const looked = step(step(cold, file(makeProject(web)), 2_000).state, look(infraOnly, cold), 2_000).state;
    const preparing = [...looked.inFlight.values()];
    expect(preparing.map(line)).toEqual(['prepareVolumes shop.web.0: the volumes are new']);
    const target = preparing[0]?.action.target ?? '';
    const { state } = step(looked, { kind: 'outcome', target, outcome: { ok: true, verb: 'prepareVolumes' } }, 2_000);
    expect([...state.inFlight.values()].map(({ action }) => object(action))).toEqual(['shop.web.app.0']);
  });

  test('a Pod that is not in the file any more is deleted, the deletion recorded first', () => {
    const before = up(web, makePod('db'));
    expect(run(before, file(makeProject(web))).lines).toEqual([
      'createVolume shop.db.record.1: the file does not name it',
      'killContainer shop.db.app.0 SIGTERM: its deletion is under way',
      'removeContainer shop.db.app.0: its deletion is under way',
      'removeContainer shop.db.0: its deletion is under way',
      'removeVolume shop.db._own: its deletion is under way',
      'removeVolume shop.db.record.1: its deletion is under way',
    ]);
  });

  test('a Pod that another podrun’s file named stays, unless orphans are to go', () => {
    const before = up(web, makePod('db'));
    const next = { ...makeState(), self: { ...makeState().self, startedAtMs: 2_000 } };
    expect(
      run({ state: next, nowMs: before.nowMs }, file(makeProject(web)), look(snapshotOf(before.state), next)).lines,
    ).toEqual([]);
    const tidy = { ...next, self: { ...next.self, removeOrphans: true } };
    const { lines } = run(
      { state: tidy, nowMs: before.nowMs },
      file(makeProject(web)),
      look(snapshotOf(before.state), tidy),
    );
    expect(lines[0]).toBe('createVolume shop.db.record.1: the file does not name it');
  });

  test('of the finished Pods that no file names, the oldest beyond the bound go', () => {
    const jobs = ['job1', 'job2', 'job3'].map((name) => makePod(name, { restartPolicy: 'Never' }));
    const ended = jobs.reduce((before, job, i) => {
      const begun = run(
        before,
        file(makeProject(web, ...jobs.slice(0, i + 1))),
        look(snapshotOf(before.state), before.state),
      );
      const containers = snapshotOf(begun.state).containers.map((container) =>
        container.name.includes(`.${job.metadata.name}.app.`)
          ? { ...container, state: 'exited' as const, finishedAtMs: begun.nowMs }
          : container,
      );
      return run(begun, look({ ...snapshotOf(begun.state), containers }, begun.state));
    }, up(web));
    const snapshot = snapshotOf(ended.state);
    const gone = (finishedBound: number) => {
      const next = { ...makeState(), self: { ...makeState().self, startedAtMs: 9_000, finishedBound } };
      const { lines } = run({ state: next, nowMs: ended.nowMs }, file(makeProject(web)), look(snapshot, next));
      return lines.flatMap((text) => /^removeContainer shop\.(job\d)\.app/.exec(text)?.[1] ?? []);
    };
    expect([gone(100), gone(3), gone(2), gone(0)]).toEqual([[], [], ['job1'], ['job1', 'job2', 'job3']]);
  });
});

describe('edits', () => {
  test('a live field is recorded, and nothing restarts; a second record replaces the first', () => {
    const edited = (tier: string): Pod => ({ ...web, metadata: { ...web.metadata, labels: { tier } } });
    const once = run(up(web), file(makeProject(edited('front'))));
    expect(once.lines).toEqual(['createVolume shop.web.record.1: labels.tier: (none) -> front']);
    expect(run(once, file(makeProject(edited('back')))).lines).toEqual([
      'createVolume shop.web.record.2: labels.tier: front -> back',
      'removeVolume shop.web.record.1: a newer record is there',
    ]);
  });

  test('a container’s field replaces that container alone', () => {
    const { lines, state } = run(up(web), file(makeProject(withApp({ env: [{ name: 'PORT', value: '8081' }] }))));
    expect(lines).toEqual([
      'killContainer shop.web.app.0 SIGTERM: containers.app.env.PORT: 8080 -> 8081',
      'createVolume shop.web.record.1: metadata.generation: 1 -> 2',
      'createContainer shop.web.app.1: containers.app.env.PORT: 8080 -> 8081',
      'startContainer shop.web.app.1: it is made',
    ]);
    expect(running(snapshotOf(state))).toEqual(['shop.web.0', 'shop.web.proxy.0', 'shop.web.app.1']);
  });

  describe('of a Deployment’s template', () => {
    const deployed = (hash: string, image: string): Pod => {
      const made = makePod(`web-${hash}-x`, { containers: [{ ...app, image }] }, { 'pod-template-hash': hash });
      const ownerReference = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `web-${hash}` };
      return { ...made, metadata: { ...made.metadata, ownerReference } };
    };
    const edited = file(makeProject(deployed('new', 'absent:1')));

    test('its Pods stay until the images of those that follow are there', () => {
      const before = up(deployed('old', 'app:1'));
      const { state, lines } = withoutImage(before, 'absent:1', edited);
      expect(lines.filter((text) => /kill|record/.test(text))).toEqual([]);
      expect(running(snapshotOf(state))).toContain('shop.web-old-x.app.0');
    });

    test('its Pods go when those images have come, also where another podrun made them', () => {
      const before = up(deployed('old', 'app:1'));
      const next = { ...makeState(), self: { ...makeState().self, startedAtMs: 2_000 } };
      for (const begun of [
        before,
        { nowMs: before.nowMs, state: step(next, look(snapshotOf(before.state), next), before.nowMs).state },
      ]) {
        const { lines } = run(begun, edited);
        const image = lines.findIndex((text) => text.startsWith('inspectImage absent:1'));
        const gone = lines.findIndex((text) => text.startsWith('createVolume shop.web-old-x.record'));
        expect([image >= 0, gone > image]).toEqual([true, true]);
      }
    });

    test('its Pods stay where those that follow could never begin', () => {
      const before = up(deployed('old', 'app:1'));
      const next = deployed('new', 'app:1');
      const elsewhere = { ...next, spec: { ...next.spec, nodeName: 'another' } };
      const { state, lines } = run(before, file(makeProject(elsewhere)));
      expect(lines).toEqual([]);
      expect(running(snapshotOf(state))).toContain('shop.web-old-x.app.0');
    });

    test('that is another’s is no reason to stay', () => {
      const other = deployed('new', 'absent:1');
      const ownerReference = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'api-new' };
      const { lines } = withoutImage(
        up(deployed('old', 'app:1')),
        'absent:1',
        file(makeProject({ ...other, metadata: { ...other.metadata, ownerReference } })),
      );
      expect(lines).toContain('createVolume shop.web-old-x.record.1: the file does not name it');
    });
  });

  test('a new image is there before the container is ended', () => {
    const { lines } = run(up(web), file(makeProject(withApp({ image: 'app:2' }))));
    expect(lines.slice(0, 3)).toEqual([
      'inspectImage app:2: containers.app.image: (none) -> app:2 (imagePullPolicy is IfNotPresent)',
      'createVolume shop.web.record.1: metadata.generation: 1 -> 2',
      'killContainer shop.web.app.0 SIGTERM: containers.app.image: app:1 -> app:2',
    ]);
  });

  test('until the new Pod can be made, another podrun keeps the old one as its labels tell it', () => {
    const { state, nowMs } = up(web);
    const edited = { ...web, spec: { ...web.spec, hostname: 'other', containers: [{ ...app, image: 'absent:1' }] } };
    const died = snapshotOf(state).containers.map((container) =>
      container.name.includes('.proxy.')
        ? { ...container, state: 'exited' as const, exitCode: 1, finishedAtMs: nowMs }
        : container,
    );
    const fresh = makeState();
    const loaded = step(fresh, file(makeProject(edited)), nowMs).state;
    const after = step(loaded, look({ ...snapshotOf(state), containers: died }, fresh), nowMs).state;
    expect([...after.inFlight.values()].map(line)).toContain(
      'inspectImage proxy:1: containers.proxy.image: (none) -> proxy:1 (imagePullPolicy is IfNotPresent)',
    );
    expect([...after.inFlight.values()].some(({ action }) => action.verb === 'killContainer')).toBe(false);
  });

  test('a Pod’s field replaces the Pod under a new uid: the old one is gone before the new one is made', () => {
    const before = up(web);
    const { lines, state } = run(before, file(makeProject({ ...web, spec: { ...web.spec, hostname: 'other' } })));
    const why = 'hostname: (none) -> other';
    const going = 'its deletion is under way';
    expect(lines).toEqual([
      `createVolume shop.web.record.1: ${why}`,
      `killContainer shop.web.app.0 SIGTERM: ${going}`,
      `killContainer shop.web.proxy.0 SIGTERM: ${going}`,
      `removeContainer shop.web.app.0: ${going}`,
      `removeContainer shop.web.proxy.0: ${going}`,
      `removeContainer shop.web.0: ${going}`,
      `removeVolume shop.web.scratch: ${going}`,
      `removeVolume shop.web._own: ${going}`,
      `removeVolume shop.web.record.1: ${going}`,
      'createVolume shop.web.scratch: volumes.scratch (the Pod is new)',
      'createVolume shop.web._own: the Pod is new',
      'createContainer shop.web.0: the Pod is new',
      'startContainer shop.web.0: the infra container holds the Pod',
      'prepareVolumes shop.web.0: the volumes are new',
      'createContainer shop.web.app.0: the container is new',
      'startContainer shop.web.app.0: it is made',
      'createContainer shop.web.proxy.0: the container is new',
      'startContainer shop.web.proxy.0: it is made',
    ]);
    const names = ({ containers }: Snapshot) => containers.map(({ name }) => name);
    expect(names(snapshotOf(state)).filter((name) => names(snapshotOf(before.state)).includes(name))).toEqual([]);
  });
});

describe('what the engine loses', () => {
  const without = (state: State, name: RegExp): Snapshot => ({
    ...snapshotOf(state),
    containers: snapshotOf(state).containers.filter((container) => !name.test(container.name)),
  });

  test('the infra: its containers end, then all is made anew in the next sandbox', () => {
    const { state, nowMs } = up(web);
    const containers = snapshotOf(state).containers.map((container, i) =>
      i === 0 ? { ...container, state: 'exited' as const, address: '' } : container,
    );
    const { lines } = run({ state, nowMs }, look({ ...snapshotOf(state), containers }, state));
    expect(lines).toEqual([
      'killContainer shop.web.app.0 SIGTERM: the infra container has ended',
      'killContainer shop.web.proxy.0 SIGTERM: the infra container has ended',
      'createContainer shop.web.1: the infra container has ended',
      'startContainer shop.web.1: the infra container holds the Pod',
      'removeContainer shop.web.0: a later sandbox is there',
      'createContainer shop.web.app.1: the Pod’s sandbox changed',
      'startContainer shop.web.app.1: it is made',
      'createContainer shop.web.proxy.1: the Pod’s sandbox changed',
      'startContainer shop.web.proxy.1: it is made',
    ]);
  });

  test('its address: the infra still holds the ports, so it ends before the next is made', () => {
    const { state, nowMs } = up(makePod('web'));
    const containers = snapshotOf(state).containers.map((container) => ({ ...container, address: '' }));
    expect(run({ state, nowMs }, look({ ...snapshotOf(state), containers }, state)).lines.slice(0, 3)).toEqual([
      'killContainer shop.web.app.0 SIGTERM: the infra container is cut off from the network',
      'killContainer shop.web.0 SIGKILL: the infra container is cut off from the network',
      'createContainer shop.web.1: the infra container has ended',
    ]);
  });

  test('a container: it starts under the next number', () => {
    const { state, nowMs } = up(web);
    expect(run({ state, nowMs }, look(without(state, /\.app\./), state)).lines).toEqual([
      'createContainer shop.web.app.1: it is not there',
      'startContainer shop.web.app.1: it is made',
    ]);
  });

  test('everything: another Pod, with another uid', () => {
    const { state, nowMs } = up(makePod('web'));
    const again = run({ state, nowMs }, look({ ...emptySnapshot, networks: snapshotOf(state).networks }, state));
    expect(again.lines[0]).toBe('createVolume shop.web._own: the Pod is new');
    expect(snapshotOf(again.state).containers[0]?.name).not.toBe(snapshotOf(state).containers[0]?.name);
  });
});

describe('down', () => {
  const down = (over: Partial<Extract<Intent, { kind: 'down' }>> = {}): Input => ({
    kind: 'intent',
    intent: { kind: 'down', volumes: false, kill: false, ...over },
  });

  test('records, ends, removes, and the network last', () => {
    const { lines, state } = run(up(web), down());
    expect(lines).toEqual([
      'createVolume shop.web.record.1: the project is taken down',
      'killContainer shop.web.app.0 SIGTERM: the project is taken down',
      'killContainer shop.web.proxy.0 SIGTERM: the project is taken down',
      'removeContainer shop.web.app.0: the project is taken down',
      'removeContainer shop.web.proxy.0: the project is taken down',
      'removeContainer shop.web.0: the project is taken down',
      'removeVolume shop.web.scratch: the project is taken down',
      'removeVolume shop.web._own: the project is taken down',
      'removeVolume shop.web.record.1: the project is taken down',
      'removeNetwork podrun-shop: no Pod is left on it',
    ]);
    expect(snapshotOf(state)).toEqual(emptySnapshot);
  });

  test('of a second Ctrl-C kills at once and records nothing', () => {
    const { lines } = run(up(makePod('web')), down({ kill: true }));
    expect(lines[0]).toBe('killContainer shop.web.app.0 SIGKILL: the project is taken down');
  });

  test('goes on without its record when the engine refuses to make one', () => {
    const { state, nowMs } = up(makePod('web'));
    const recording = step(state, down(), nowMs);
    const target = first(recording.state)?.action.target ?? '';
    const failure = { kind: 'refused', message: 'no space left on device' } as const;
    const refused = step(recording.state, { kind: 'outcome', target, outcome: { ok: false, failure } }, nowMs).state;

    const after = step(refused, look(snapshotOf(refused), refused), nowMs).state;

    expect([...after.inFlight.values()].map(line)).toEqual([
      'killContainer shop.web.app.0 SIGTERM: the project is taken down',
    ]);
  });

  test.each([
    [false, []],
    [true, ['removeVolume shop_data: --volumes was given']],
  ])('with volumes %s', (volumes, expected) => {
    const claimed: Project = { ...makeProject(makePod('web')), claims: [{ name: 'data', namespace: 'default' }] };
    const before = run({ state: makeState(), nowMs: 1_000 }, file(claimed), look(emptySnapshot, makeState()));
    expect(before.lines).toContain('createVolume shop_data: volumes.data');
    expect(run(before, down({ volumes })).lines.filter((text) => text.includes('shop_data'))).toEqual(expected);
  });
});

describe('calls under way', () => {
  const edited = file(makeProject({ ...makePod('web'), spec: { ...makePod('web').spec, hostname: 'other' } }));

  test('for an earlier life keep its record there and the next life away', () => {
    const { state, nowMs } = up(makePod('web'));
    const prepared = step(
      state,
      look({ ...snapshotOf(state), containers: snapshotOf(state).containers.slice(0, 1) }, state),
      nowMs,
    ).state;
    const making = first(prepared);
    if (making === undefined) throw new Error('nothing is made');
    expect(line(making)).toBe('createContainer shop.web.app.1: it is not there');
    let after = step(prepared, edited, nowMs).state;
    const others = () => [...after.inFlight.values()].filter(({ action }) => action.target !== making.action.target);
    for (let other = others()[0]; other !== undefined; other = others()[0]) {
      const { outcome } = assume(snapshotOf(after), other.action, nowMs);
      after = step(after, { kind: 'outcome', target: other.action.target, outcome }, nowMs).state;
    }
    expect([...after.inFlight.keys()]).toEqual([making.action.target]);
    expect(snapshotOf(after).volumes.map(({ name }) => name.replace(/\.[0-9a-f]{8}/, ''))).toEqual([
      'shop.web.record.1',
    ]);
    const { outcome } = assume(snapshotOf(after), making.action, nowMs);
    const { lines } = run({
      state: step(after, { kind: 'outcome', target: making.action.target, outcome }, nowMs).state,
      nowMs,
    });
    expect(lines.slice(0, 3)).toEqual([
      'removeContainer shop.web.app.1: its deletion is under way',
      'removeVolume shop.web.record.1: its deletion is under way',
      'createVolume shop.web._own: the Pod is new',
    ]);
  });
});

test('a Pod that goes from the file and comes back while its infra is made waits for that one to be ended', () => {
  const pod = makePod('web', { volumes: [{ name: 'scratch', emptyDir: { medium: '' } }] });
  let state = share(makeState(), { images: new Map(['busybox', 'app:1'].map((image) => [image, image])) });
  const feed = (input: Input): void => {
    state = step(state, input, 1_000).state;
  };
  const succeed = (verb: string): void => {
    const planned = [...state.inFlight.values()].find(({ action }) => action.verb === verb);
    if (planned === undefined) throw new Error(`no ${verb} is under way`);
    feed({
      kind: 'outcome',
      target: planned.action.target,
      outcome: assume(snapshotOf(state), planned.action, 1_000).outcome,
    });
  };
  feed(file(makeProject(pod)));
  feed(look(emptySnapshot, state));
  succeed('createNetwork');
  succeed('createVolume');
  const making = [...state.inFlight.keys()];
  feed(file(makeProject()));
  succeed('removeVolume');
  feed(file(makeProject(pod)));
  expect([...state.inFlight.keys()]).toEqual(making);
});

test('a container of which a look saw only half is left alone, and what is known of its run is kept', () => {
  const probed = makeContainer('app', { readinessProbe: makeProbe() });
  const { state: before, nowMs } = up(makePod('web', { containers: [probed] }));
  const key = [...allMemory(before).probes.keys()][0] as PartKey;
  const containers = snapshotOf(before).containers.map((container, i) => {
    const { startedAtMs: _unknown, ...half } = container;
    return i === 0 ? container : { ...half, env: {}, listedOnly: true as const };
  });
  const after = step(before, look({ ...snapshotOf(before), containers }, before), nowMs);
  expect(after.effects).toEqual([]);
  expect(key).toMatch(/\/app\/readiness$/);
  expect(allMemory(after.state).probes.get(key)).toBe(allMemory(before).probes.get(key));
});

describe('another owner', () => {
  test('the project of another folder is not touched', () => {
    const { state, nowMs } = up(web);
    const elsewhere = { ...makeState(), self: { ...makeState().self, dir: '/elsewhere' } };
    const seen = step(step(elsewhere, file(makeProject()), nowMs).state, look(snapshotOf(state), elsewhere), nowMs);
    expect(seen.effects).toEqual([]);
    expect(seen.state.ousted).toBe(
      'project shop belongs to /home/me/shop, this is /elsewhere: use another name (-p), or --take-over',
    );
  });

  test('nor is it taken down, unless that is asked for or no folder asks', () => {
    const { state, nowMs } = up(web);
    const downFrom = (dir: string, takeOver = false) => {
      const start = { ...makeState(), self: { ...makeState().self, dir, takeOver } };
      const told = step(start, { kind: 'intent', intent: { kind: 'down', volumes: true, kill: false } }, nowMs);
      const { effects, state: after } = step(told.state, look(snapshotOf(state), start), nowMs);
      return [after.ousted, effects.length > 0];
    };
    const refusal = 'project shop belongs to /home/me/shop, this is /elsewhere: use another name (-p), or --take-over';
    expect(downFrom('/elsewhere')).toEqual([refusal, false]);
    expect(downFrom('/elsewhere', true)).toEqual([undefined, true]);
    expect(downFrom('')).toEqual([undefined, true]);
    expect(downFrom('/home/me/shop')).toEqual([undefined, true]);
  });

  test('a persistent volume tells which folder made it, also when no Pod is left', () => {
    const project = { ...makeProject(), claims: [{ name: 'kept', namespace: 'default' }] };
    const { state } = run({ state: makeState(), nowMs: 1_000 }, file(project), look(emptySnapshot, makeState()));
    const { volumes } = snapshotOf(state);
    const observed = observe({ ...emptySnapshot, volumes });
    expect(othersClaims(observed, '/elsewhere')).toEqual([{ name: 'shop_kept', dir: '/home/me/shop' }]);
    expect(othersClaims(observed, '/home/me/shop')).toEqual([]);
  });

  test('the project is another folder’s for good once it was taken over', () => {
    const { state, nowMs } = up(web);
    const moved = (takeOver: boolean, dir: string) => ({
      ...makeState(),
      self: { ...makeState().self, dir, takeOver },
    });
    const mine = { ...makeProject(web), dir: '/elsewhere' };
    const taken = run({ state: moved(true, '/elsewhere'), nowMs }, file(mine), look(snapshotOf(state), makeState()));
    expect(taken.lines).toEqual(['createVolume shop.web.record.1: folder: /home/me/shop -> /elsewhere']);

    const again = run(
      { state: moved(false, '/elsewhere'), nowMs },
      file(mine),
      look(snapshotOf(taken.state), makeState()),
    );
    expect(again.lines).toEqual([]);
    const before = moved(false, '/home/me/shop');
    const seen = step(step(before, file(makeProject(web)), nowMs).state, look(snapshotOf(taken.state), before), nowMs);
    expect(seen.state.ousted).toContain('belongs to /elsewhere, this is /home/me/shop');
  });

  test('a later podrun’s work stops the earlier one, not the other way round', () => {
    const { state, nowMs } = up(web);
    const other = (startedAtMs: number) => {
      const start = { ...makeState(), self: { ...makeState().self, id: 'other', startedAtMs } };
      return step(step(start, file(makeProject(web)), nowMs).state, look(snapshotOf(state), start), nowMs).state.ousted;
    };
    expect([other(999), other(1_001)]).toEqual(['a newer podrun took over project shop; exiting', undefined]);
  });
});
