/** metadata.generation over the life of a Pod (POD v1: pkg/registry/core/pod/strategy.go). */
import { describe, expect, test } from 'vitest';
import { podList } from '../../../src/core/status/status.ts';
import type { PodSpec } from '../../../src/model/pod.ts';
import { drive } from '../drive.ts';
import type { Drive } from '../drive.ts';
import { makeContainer, makePod } from '../make.ts';

const pod = (spec: Partial<PodSpec> = {}, labels = {}) => makePod('web', spec, labels);
const image = (name: string) => pod({ containers: [makeContainer('app', { image: name })] });

/** The generation of the Pod, as its metadata, status and conditions tell it. */
function generations(d: Drive): readonly (number | undefined)[] {
  const [told] = podList(d.state(), d.nowMs());
  const status = told?.status as { observedGeneration?: number; conditions?: { observedGeneration?: number }[] };
  return [
    told?.metadata?.generation,
    ...new Set([status.observedGeneration, ...(status.conditions ?? []).map((each) => each.observedGeneration)]),
  ];
}

describe('the generation of a Pod', () => {
  test('is 1 when it is new', () => {
    expect(generations(drive(pod()))).toEqual([1, 1]);
  });

  test.each([
    ['an image', image('busybox:2')],
    ['a variable', pod({ containers: [makeContainer('app', { env: [{ name: 'A', value: 'b' }] })] })],
    ['a deadline', pod({ activeDeadlineSeconds: 600 })],
  ])('is one more after an edit of %s, also for the next podrun', (_what, edited) => {
    const d = drive(pod());
    d.edit({ pods: [edited] });
    expect(generations(d)).toEqual([2, 2]);
    d.restart();
    d.wait(1_000);
    expect(generations(d)).toEqual([2, 2]);
    d.edit({ pods: [image('busybox:3')] });
    expect(generations(d)).toEqual([3, 3]);
  });

  test('is not changed by a label, a restart, or the end of its sandbox', () => {
    const d = drive(pod());
    d.edit({ pods: [pod({}, { tier: 'front' })] });
    d.end('app', 1);
    d.remove('infra');
    d.wait(60_000);
    expect(generations(d)).toEqual([1, 1]);
  });

  test('is not changed by what podrun adds to a container', () => {
    const d = drive(pod());
    const onChange = [{ paths: ['/src'], action: 'restart' }] as const;
    d.edit({ pods: [pod({ containers: [makeContainer('app', { onChange })] })] });
    expect(generations(d)).toEqual([1, 1]);
  });

  test('is one more after the edit of a Pod that still waits for room', () => {
    const waiting = (name: string) =>
      pod({ containers: [makeContainer('app', { image: name, resources: { requests: { cpu: '9k' }, limits: {} } })] });
    const d = drive(waiting('busybox:1'));
    expect(podList(d.state(), d.nowMs())[0]?.metadata?.generation).toBe(1);
    d.edit({ pods: [waiting('busybox:2')] });
    expect(podList(d.state(), d.nowMs())[0]?.metadata?.generation).toBe(2);
  });

  test('survives the loss of its sandbox', () => {
    const d = drive(pod());
    d.edit({ pods: [image('busybox:2')] });
    d.remove('infra');
    d.wait(60_000);
    expect(generations(d)).toEqual([2, 2]);
  });

  test('is 1 again for the Pod that replaces it', () => {
    const d = drive(pod());
    d.edit({ pods: [image('busybox:2')] });
    d.edit({ pods: [pod({ hostname: 'front' })] });
    d.wait(60_000);
    expect(generations(d)).toEqual([1, 1]);
  });

  test('is one more once it is being deleted', () => {
    const d = drive(pod());
    const seen = new Set<number | undefined>();
    d.onStep((state, nowMs) => podList(state, nowMs).forEach(({ metadata }) => seen.add(metadata?.generation)));
    d.feed({ kind: 'intent', intent: { kind: 'down', volumes: false, kill: false } });
    expect([...seen]).toEqual([1, 2]);
  });
});
