import { describe, expect, test } from 'vitest';
import { observe } from '../../../src/core/runtime/observed.ts';
import { snapshotOf } from '../../../src/core/state/state.ts';
import { podList } from '../../../src/core/status/status.ts';
import { heldUnits } from '../../../src/core/admission/hold.ts';
import { summarizePod } from '../../../src/output/tables/pod-summary.ts';
import { drive } from '../drive.ts';
import type { Drive } from '../drive.ts';
import { makePod } from '../make.ts';

const web = makePod('web');
const hold = { kind: 'hold', units: ['default/web'] } as const;
const release = { kind: 'release', units: ['default/web'] } as const;
const holdsIn = (d: Drive) => [...observe(snapshotOf(d.state())).holds.keys()];
const started = () => {
  const d = drive(web);
  d.said();
  return d;
};
const statusOf = (d: Drive) => podList(d.state(), d.nowMs()).map((pod) => summarizePod(pod, d.nowMs()).status);

test('what is held down ends after that is written down, stays down, and comes back when it is released', () => {
  const d = started();
  d.feed(hold);
  expect(d.said()).toEqual(['SIGTERM app']);
  expect(holdsIn(d)).toEqual(['default/web']);
  d.wait(100_000);
  expect(d.said()).toEqual([]);
  expect(statusOf(d)).toEqual(['HeldDown']);
  expect(heldUnits(d.state())).toEqual(['web']);
  d.feed(release);
  expect(d.said()).toEqual(['start app']);
  expect(holdsIn(d)).toEqual([]);
});

test('the next podrun keeps it down', () => {
  const d = started();
  d.feed(hold);
  d.said();
  d.restart();
  expect(d.said()).toEqual([]);
  expect(statusOf(d)).toEqual(['HeldDown']);
});

test('the next podrun that is told to bring it up does', () => {
  const d = started();
  d.feed(hold);
  d.said();
  d.restart({ apart: [] });
  expect(d.said()).toEqual(['start app']);
});

describe('an edit', () => {
  test('of the Pod releases it', () => {
    const d = started();
    d.feed(hold);
    d.said();
    d.edit({ pods: [{ ...web, metadata: { ...web.metadata, labels: { tier: 'front' } } }] });
    expect(d.said()).toEqual(['start app']);
    expect(holdsIn(d)).toEqual([]);
  });

  test('of another Pod does not', () => {
    const d = started();
    d.feed(hold);
    d.said();
    d.edit({ pods: [web, makePod('db')] });
    expect(statusOf(d)).toEqual(['Running', 'HeldDown']);
  });

  test('before it is written down takes the command back', () => {
    const d = started();
    d.full = true;
    d.feed(hold);
    d.edit({ pods: [{ ...web, metadata: { ...web.metadata, labels: { tier: 'front' } } }] });
    d.full = false;
    d.wait(20_000);
    expect(holdsIn(d)).toEqual([]);
    expect(statusOf(d)).toEqual(['Running']);
  });

  test('that no longer names it leaves nothing of it', () => {
    const d = started();
    d.feed(hold);
    d.edit({ pods: [] });
    expect(holdsIn(d)).toEqual([]);
  });
});

test('an engine that does not write it down does not keep the Pod up', () => {
  const d = started();
  d.full = true;
  d.feed(hold);
  // Its deletion is not written down either: that is done again.
  d.full = false;
  d.wait(20_000);
  expect(d.said()).toContain('SIGTERM app');
});

test('a Pod that depends on it waits, and says for what', () => {
  const d = started();
  d.feed(hold);
  d.edit({
    pods: [web, { ...makePod('api'), dependsOn: [{ name: 'web', namespace: 'default', condition: 'Ready' }] }],
  });
  expect(d.state().shared.refused.get('default/api')?.message).toBe(
    'waiting for web to be Ready, but podrun down holds it down',
  );
});

test('down of the whole project leaves nothing of it', () => {
  const d = started();
  d.feed(hold);
  d.feed({ kind: 'intent', intent: { kind: 'down', volumes: false, kill: false } });
  expect(snapshotOf(d.state())).toEqual({ containers: [], volumes: [], networks: [] });
});

test('down of named Pods alone leaves the others, and what is held down', () => {
  const d = started();
  d.edit({ pods: [web, makePod('db')] });
  d.feed(hold);
  d.said();
  d.feed({ kind: 'intent', intent: { kind: 'down', only: ['default/api'], volumes: false, kill: false } });
  expect(d.said()).toEqual([]);
  d.feed({ kind: 'intent', intent: { kind: 'down', only: ['default/db'], volumes: false, kill: false } });
  expect(d.said()).toEqual(['SIGTERM app']);
  expect(holdsIn(d)).toEqual(['default/web']);
});

test('a Service that selects it now is no edit of what is held down', () => {
  const d = started();
  d.feed(hold);
  d.said();
  d.edit({ pods: [{ ...web, services: ['front'], aliases: ['front'] }] });
  expect(d.said()).toEqual([]);
  expect(statusOf(d)).toEqual(['HeldDown']);
});
