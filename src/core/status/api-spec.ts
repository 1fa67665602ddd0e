/** A Pod's spec as the API gives it: the few fields that podrun holds in another form, and the defaults that it leaves out. */
import type { PodSpec as KubernetesSpec } from 'kubernetes-types/core/v1.js';
import type { Container, ContainerPort, EnvVar } from '../../model/container.ts';
import type { ObjectVolume, Volume } from '../../model/volume.ts';
import type { PodSpec } from '../../model/pod.ts';
import { defaultMessagePath } from '../spec/pod-volumes.ts';

/** Given for the same spec, it is the same object: nobody changes it. */
export function apiSpec(spec: PodSpec): KubernetesSpec {
  const known = made.get(spec);
  if (known !== undefined) return known;
  const api = makeSpec(spec);
  made.set(spec, api);
  return api;
}

/** A spec as read from the file never changes, and is told of again and again. */
const made = new WeakMap<PodSpec, KubernetesSpec>();

function makeSpec(spec: PodSpec): KubernetesSpec {
  const { initContainers, containers, volumes, readinessGates, shareProcessNamespace, ...rest } = spec;
  const api = {
    ...rest,
    ...(shareProcessNamespace ? { shareProcessNamespace } : {}),
    ...(readinessGates.length === 0 ? {} : { readinessGates }),
    ...(initContainers.length === 0 ? {} : { initContainers: initContainers.map(apiContainer) }),
    containers: containers.map(apiContainer),
    ...impliedBy([...initContainers, ...containers]),
    volumes: volumes.map(apiVolume),
    dnsPolicy: spec.dnsPolicy ?? 'ClusterFirst',
    serviceAccountName: spec.serviceAccountName ?? 'default',
    schedulerName: 'default-scheduler',
    securityContext: spec.securityContext ?? {},
  };
  // kubernetes-types' arrays are mutable; the copy also drops what is undefined.
  return JSON.parse(JSON.stringify(api)) as KubernetesSpec;
}

/** What a cluster asks of a Pod for what its containers have (validateStopSignal, ValidateSecurityContext). */
function impliedBy(containers: readonly Container[]): Pick<KubernetesSpec, 'os' | 'hostUsers'> {
  return {
    ...(containers.some(({ lifecycle }) => lifecycle?.stopSignal !== undefined) ? { os: { name: 'linux' } } : {}),
    ...(containers.some(({ securityContext }) => securityContext?.procMount === 'Unmasked')
      ? { hostUsers: false }
      : {}),
  };
}

/** Kubernetes has no `build`, whose arguments may be secret, and no `platform`. */
function apiContainer({ build: _build, onChange: _onChange, platform: _platform, ...container }: Container): object {
  return {
    ...container,
    ports: container.ports.map(apiPort),
    env: container.env.map(apiEnv),
    resources: container.resources ?? {},
    terminationMessagePath: container.terminationMessagePath ?? defaultMessagePath,
    terminationMessagePolicy: container.terminationMessagePolicy ?? 'File',
  };
}

/** A port that is still to get a free one is an annotation of the Pod. */
function apiPort({ autoPort, ...port }: ContainerPort): object {
  if (autoPort !== true) return port;
  const { hostIP: _hostIP, ...rest } = port;
  return rest;
}

const apiEnv = ({ name, value, valueFrom }: EnvVar): object =>
  valueFrom === undefined ? { name, value } : { name, valueFrom };

function apiVolume({ secret, ephemeral, ...volume }: Volume): object {
  if (secret !== undefined) return { ...volume, secret: apiSecret(secret) };
  return ephemeral === undefined ? volume : { ...volume, ephemeral: { volumeClaimTemplate: { spec: {} } } };
}

const apiSecret = ({ name: secretName, ...rest }: ObjectVolume): object => ({ secretName, ...rest });
