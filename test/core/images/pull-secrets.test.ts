/** Whose logins a pull takes, that they show nowhere, and what is told of a secret that is not there. */
import { stateWith } from '../../../src/core/state/seen-state.ts';
import { describe, expect, test } from 'vitest';
import { emptyLog, foldEvents } from '../../../src/core/events/event-log.ts';
import { eventsOf } from '../../../src/core/events/events.ts';
import type { Planned } from '../../../src/core/state/planned.ts';
import { loginsFor } from '../../../src/core/images/pull-secrets.ts';
import { emptySnapshot } from '../../../src/core/runtime/snapshot.ts';
import { step } from '../../../src/core/step/supervisor.ts';
import type { Input, Step } from '../../../src/core/state/input.ts';
import type { DataObject } from '../../../src/model/project.ts';
import type { Pod } from '../../../src/model/pod.ts';
import { actionText } from '../../../src/output/plan/action-text.ts';
import { planJson, planLines } from '../../../src/output/plan/plan.ts';
import { makeContainer, makePod, makeProject, makeState } from '../make.ts';
import { causesText } from '../../../src/output/reasons/causes-text.ts';

const secret = (name: string, type: string, data: Readonly<Record<string, string>>): DataObject => ({
  ...{ kind: 'Secret', name, namespace: 'default', type, data, binaryData: {} },
});
const auths = { 'r.example': { auth: 'dTpodW50ZXIy' } };
const json = secret('json', 'kubernetes.io/dockerconfigjson', { '.dockerconfigjson': JSON.stringify({ auths }) });
const old = secret('old', 'kubernetes.io/dockercfg', {
  '.dockercfg': JSON.stringify({ 'r.example': { username: 'u', password: 'hunter2', email: 'x' } }),
});
const podOf = (name: string, ...secrets: readonly string[]): Pod =>
  makePod(name, {
    containers: [makeContainer('app', { image: 'r.example/x' })],
    imagePullSecrets: secrets.map((each) => ({ name: each })),
  });

describe('the logins', () => {
  const login = { registry: 'r.example', auth: 'dTpodW50ZXIy' };
  const plain = { registry: 'r.example', username: 'u', password: 'hunter2' };

  test.each([
    ['both kinds of secret, in the order named', podOf('web', 'old', 'json'), [plain, login]],
    ['each once', podOf('web', 'json', 'json'), [login]],
    ['none of one that is missing', podOf('web', 'no', 'json'), [login]],
  ])('%s', (_, pod, logins) => {
    expect(loginsFor({ pods: [pod], objects: [json, old] }, pod, 'r.example/x')).toEqual(logins);
  });

  test.each([
    ['another type', secret('json', 'Opaque', json.data)],
    ['no JSON', secret('json', 'kubernetes.io/dockerconfigjson', { '.dockerconfigjson': '{' })],
    ['another shape', secret('json', 'kubernetes.io/dockerconfigjson', { '.dockerconfigjson': '{"auths":[1]}' })],
    ['another namespace', { ...json, namespace: 'other' }],
  ])('none of %s', (_, object) => {
    const pod = podOf('web', 'json');
    expect(loginsFor({ pods: [pod], objects: [object] }, pod, 'r.example/x')).toEqual([]);
  });

  test('of every Pod that wants the image, and of no other', () => {
    const [asking, other] = [podOf('web'), podOf('also', 'json')];
    const stranger = { ...podOf('stranger', 'old'), spec: makePod('stranger').spec };
    const project = { pods: [asking, other, stranger], objects: [json, old] };
    expect(loginsFor(project, asking, 'r.example/x')).toEqual([login]);
  });
});

/** The steps from the file to the pull, with the image found absent. */
function untilPull(pod: Pod): { readonly steps: readonly { input: Input; before: Step['state']; after: Step }[] } {
  const steps: { input: Input; before: Step['state']; after: Step }[] = [];
  let state = stateWith(makeState(), { ...makeProject(pod), objects: [json] });
  const feed = (input: Input) => {
    const after = step(state, input, 5_000);
    steps.push({ input, before: state, after });
    state = after.state;
  };
  feed({ kind: 'looked', snapshot: emptySnapshot, sinceOutcome: 0 });
  const failure = { kind: 'noImage', message: 'no such image' } as const;
  feed({ kind: 'outcome', target: 'r.example/x', outcome: { ok: false, failure } });
  feed({ kind: 'looked', snapshot: emptySnapshot, sinceOutcome: Infinity });
  return { steps };
}

const eventsIn = ({ steps }: ReturnType<typeof untilPull>) =>
  steps.reduce(
    (log, { input, before, after }) =>
      foldEvents(log, eventsOf(before, after, input, { log, nowMs: 5_000, causesText })),
    emptyLog,
  ).entries;

describe('a pull', () => {
  test('takes the logins with it, and no text shows them', () => {
    const lived = untilPull(podOf('web', 'json'));
    const planned = lived.steps.at(-1)?.after.effects.flatMap((e) => (e.kind === 'perform' ? [e.planned] : [])) ?? [];
    const pull = planned.find(({ action }) => action.verb === 'pullImage') as Planned;

    expect(pull.action).toMatchObject({ image: 'r.example/x', logins: [{ auth: 'dTpodW50ZXIy' }] });
    const texts = [actionText(pull), planLines([pull], { color: false }), planJson([pull]), eventsIn(lived)];
    expect(JSON.stringify(texts)).not.toMatch(/dTpodW50ZXIy|hunter2/);
    expect(eventsIn(lived).map(({ reason }) => reason)).toEqual(['Scheduled', 'Pulling']);
  });

  test('goes on without a secret that is not there, which is told once', () => {
    const lived = untilPull(podOf('web', 'no', 'json', 'nor'));
    const warnings = eventsIn(lived).filter(({ type }) => type === 'Warning');
    expect(warnings.map(({ reason, message, count }) => `${count} ${reason}: ${message}`)).toEqual([
      '1 FailedToRetrieveImagePullSecret: Unable to retrieve some image pull secrets (no, nor); attempting to pull the image may not succeed.',
    ]);
    expect(eventsIn(lived).some(({ reason }) => reason === 'Pulling')).toBe(true);
  });
});
