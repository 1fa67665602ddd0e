/** Schedules that once failed, and long ones that chance does not draw. */
import { expect, test } from 'vitest';
import { times } from '../effort.ts';
import { plainDraft } from './project.ts';
import type { PodDraft } from './project.ts';
import type { Schedule } from './schedule.ts';
import { simulate } from './simulate.ts';

const container = plainDraft;
const pod: PodDraft = {
  namespace: 'default',
  policy: 'Always',
  graceSeconds: 0,
  volumes: [],
  hostPort: false,
  sharePid: false,
  containers: [container],
  init: [],
  gate: false,
};
const plain: Schedule = {
  seed: 0,
  pods: [pod],
  scripts: {},
  imagesThere: false,
  removeOrphans: false,
  faults: [],
  end: { volumes: false, kill: false },
};

const kept: Readonly<Record<string, Partial<Schedule>>> = {
  'the grace counts from when TERM is delivered, not from when the call begins': {
    scripts: { 'default/web/app': [{ exitCode: 0, termMs: 4_000, termCode: 0 }] },
  },
  'an infra whose port is taken is not made again and again under new uids': {
    pods: [{ ...pod, hostPort: true }],
    imagesThere: true,
    faults: [{ atMs: 0, kind: 'portTaken', pick: 0, forMs: 30_000 }],
  },
  'a start that was given up is carried out after its container’s end: the next instance runs alone': {
    seed: 1,
    scripts: {
      'default/web/app': [
        { lifeMs: 100, exitCode: 0, termCode: 143 },
        { exitCode: 0, termMs: 3, termCode: 0 },
      ],
    },
    imagesThere: true,
    faults: [
      // The first two starts.
      { atMs: 867, kind: 'call', fault: 'hangsDoneLate', count: 2 },
      { atMs: 60_000, kind: 'clockJump', byMs: 1_000 },
    ],
  },
  'an init container has succeeded by a start that was given up, and its next start is under way: no container starts beside it':
    {
      seed: 1,
      pods: [
        {
          ...pod,
          volumes: ['claim'],
          containers: [{ ...container, mounts: true }],
          init: [{ ...container, mounts: true, sidecar: false }],
        },
      ],
      scripts: {
        'default/web/init0': [{ lifeMs: 300, exitCode: 0, termCode: 143 }],
        'default/web/app': [{ exitCode: 0, termMs: 3, termCode: 0 }],
      },
      imagesThere: true,
      faults: [
        { atMs: 1_580, kind: 'call', fault: 'hangsDoneLate', count: 2 },
        { atMs: 60_000, kind: 'clockJump', byMs: 1_000 },
      ],
    },
  'a network that is made late, beside the one in use, goes': {
    faults: [
      { atMs: 0, kind: 'call', fault: 'hangsDoneLate', count: 1 },
      { atMs: 11_535, kind: 'crash', forMs: 103, pick: 0 },
    ],
  },
  'the infra’s image, removed before a host path is checked, is pulled again': {
    seed: 1609169772,
    pods: [{ ...pod, volumes: ['hostPath'] }, pod],
    faults: [
      { atMs: 17, kind: 'edit', edit: 'removePod', pick: 0 },
      { atMs: 1_884, kind: 'hand', act: 'removeImage', pick: 0 },
    ],
  },
  'a hand removes what only an earlier podrun saw start': {
    scripts: { 'default/web/app': [{ lifeMs: 10, exitCode: 0, termMs: 100, termCode: 0 }] },
    faults: [
      { atMs: 2_277, kind: 'crash', forMs: 7, pick: 0 },
      { atMs: 2_285, kind: 'hand', act: 'remove', pick: 92 },
    ],
  },
  'an OnFailure container that ends well when its liveness fails starts again': {
    pods: [{ ...pod, policy: 'OnFailure', containers: [{ ...container, probes: 'liveness' }] }],
    scripts: {
      'default/web/app': [
        { exitCode: 0, termMs: 3, termCode: 0, badAfterMs: 3_000 },
        { exitCode: 0, termMs: 3, termCode: 0 },
      ],
    },
    // Long enough for the verdict: the schedule is not over before.
    faults: [{ atMs: 60_000, kind: 'clockJump', byMs: 1_000 }],
  },
  'an OnFailure container ends well after a TERM that was answered with an error: it may have been heard': {
    pods: [{ ...pod, policy: 'OnFailure', containers: [{ ...container, probes: 'liveness' }] }],
    scripts: {
      'default/web/app': [
        { exitCode: 0, lifeMs: 6_300, termCode: 143, badAfterMs: 1_000 },
        { exitCode: 0, termMs: 3, termCode: 0 },
      ],
    },
    imagesThere: true,
    faults: [
      { atMs: 6_000, kind: 'call', fault: 'refused', count: 1 },
      { atMs: 60_000, kind: 'clockJump', byMs: 1_000 },
    ],
  },
  'a hand restarts a container in the middle of its grace: the new run is asked to end before it is killed': {
    pods: [{ ...pod, graceSeconds: 12 }],
    scripts: { 'default/web/app': [{ exitCode: 0, termCode: 143 }] },
    imagesThere: true,
    faults: [
      { atMs: 5_000, kind: 'edit', edit: 'env', pick: 0 },
      { atMs: 12_000, kind: 'hand', act: 'restart', pick: 0 },
    ],
  },
  'a sidecar waits in the order of the end also when the infra is gone, and its wait counts': {
    pods: [
      {
        ...pod,
        graceSeconds: 12,
        containers: [{ ...container, preStop: true }],
        init: [{ ...container, sidecar: true }],
      },
    ],
    scripts: {
      'default/web/app': [{ exitCode: 0, termMs: 3, termCode: 0, preStop: { ok: true } }],
      'default/web/mesh0': [{ exitCode: 0, termCode: 143 }],
    },
    imagesThere: true,
    faults: [{ atMs: 5_000, kind: 'hand', act: 'removeInfra', pick: 0 }],
  },
  'an edit of a volume is taken back while it is written, and the call is not answered: it is written again': {
    pods: [{ ...pod, volumes: ['config'] }],
    imagesThere: true,
    faults: [
      { atMs: 5_000, kind: 'call', fault: 'hangsDone', count: 1 },
      { atMs: 5_000, kind: 'edit', edit: 'object', pick: 0 },
      { atMs: 6_000, kind: 'edit', edit: 'revert', pick: 0 },
    ],
  },
  'an edit of a volume is taken back while it is written: no container is made before the answer': {
    pods: [{ ...pod, volumes: ['config'] }],
    imagesThere: true,
    faults: [
      { atMs: 5_000, kind: 'call', fault: 'hangsDone', count: 1 },
      { atMs: 5_000, kind: 'edit', edit: 'object', pick: 0 },
      { atMs: 5_500, kind: 'hand', act: 'kill', pick: 0 },
      { atMs: 6_000, kind: 'edit', edit: 'revert', pick: 0 },
    ],
  },
  'a preStop hook that an edit brings while TERM is on its way is for the next run': {
    pods: [{ ...pod, graceSeconds: 12, containers: [{ ...container, preStop: true }] }],
    imagesThere: true,
    faults: [
      { atMs: 5_000, kind: 'edit', edit: 'postStart', pick: 0 },
      { atMs: 6_000, kind: 'call', fault: 'hangsDone', count: 1 },
      { atMs: 6_000, kind: 'edit', edit: 'env', pick: 0 },
      { atMs: 6_001, kind: 'edit', edit: 'revert', pick: 0 },
    ],
  },
  'a container under Never that an edit ends is followed by another in its Pod': {
    pods: [{ ...pod, policy: 'Never' }],
    scripts: { 'default/web/app': [{ exitCode: 0, termMs: 800, termCode: 0 }] },
    imagesThere: true,
    faults: [{ atMs: 5_000, kind: 'edit', edit: 'env', pick: 0 }],
  },
  'podrun dies while a container under Never ends for an edit: the next podrun makes the other in the Pod': {
    pods: [{ ...pod, policy: 'Never', graceSeconds: 12 }],
    scripts: { 'default/web/app': [{ exitCode: 0, termMs: 4_000, termCode: 0 }] },
    imagesThere: true,
    faults: [
      { atMs: 5_000, kind: 'edit', edit: 'env', pick: 0 },
      { atMs: 6_000, kind: 'crash', forMs: 5_000, pick: 0 },
      { atMs: 60_000, kind: 'clockJump', byMs: 1_000 },
    ],
  },
  'podrun dies while a container under OnFailure ends for its liveness: the next podrun starts another': {
    pods: [{ ...pod, policy: 'OnFailure', graceSeconds: 12, containers: [{ ...container, probes: 'liveness' }] }],
    scripts: {
      'default/web/app': [
        { exitCode: 0, termMs: 4_000, termCode: 0, badAfterMs: 1_000 },
        { exitCode: 0, termMs: 3, termCode: 0 },
      ],
    },
    imagesThere: true,
    faults: [
      { atMs: 9_000, kind: 'crash', forMs: 8_000, pick: 0 },
      { atMs: 60_000, kind: 'clockJump', byMs: 1_000 },
    ],
  },
  'sidecars in their back-off hold up neither the init containers after them nor the app': {
    pods: [
      {
        ...pod,
        init: [
          { ...container, sidecar: true },
          { ...container, sidecar: false },
          { ...container, sidecar: true },
          { ...container, sidecar: false },
        ],
      },
    ],
    scripts: {
      'default/web/mesh0': [{ exitCode: 1, lifeMs: 500, termCode: 143 }],
      'default/web/mesh2': [{ exitCode: 1, lifeMs: 500, termCode: 143 }],
      'default/web/init1': [{ exitCode: 0, lifeMs: 2_000, termCode: 143 }],
    },
    imagesThere: true,
  },
};

test.each(Object.entries(kept))('%s', (_name, schedule) => {
  expect(simulate({ ...plain, ...schedule }).virtualMs).toBeGreaterThan(0);
});

test('hours of a command that is not there: what is remembered does not grow', { timeout: 60_000 }, () => {
  const hours = times(8);
  const report = simulate({
    ...plain,
    imagesThere: true,
    scripts: { 'default/web/app': [{ exitCode: 0, termCode: 143, broken: 127 }] },
    faults: [{ atMs: hours * 3_600_000, kind: 'clockJump', byMs: 1_000 }],
  });
  // The back-off holds: some 12 attempts an hour, three calls each, beside what begins and ends the Pod.
  expect(report.calls).toBeLessThan(60 + 45 * hours);
});
