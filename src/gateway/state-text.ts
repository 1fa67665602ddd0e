/** The state as text: checked as it comes, so that what is kept is always one that can be gone by. */
import { isIPv4 } from 'node:net';
import type { GatewayState } from '../model/service/gateway.ts';

/** Throws an Error that says what is wrong. */
export function readState(text: string): GatewayState {
  const state: unknown = JSON.parse(text);
  if (!isRecord(state) || !isAddress(state['dns']) || typeof state['network'] !== 'string') throw wrong('the state');
  if (!isListOf(state['services'], isService)) throw wrong('a Service');
  return state as unknown as GatewayState;
}

const isService = (value: unknown): boolean =>
  isRecord(value) &&
  isText(value['name']) &&
  isText(value['namespace']) &&
  (value['address'] === undefined || isAddress(value['address'])) &&
  (value['cname'] === undefined || isText(value['cname'])) &&
  (value['affinityMs'] === undefined || typeof value['affinityMs'] === 'number') &&
  isListOf(value['ports'], (port) => isPort(port) && isListOf(port['targets'], (target) => isPlace(target))) &&
  isListOf(
    value['hosts'],
    (host) => isRecord(host) && isText(host['name']) && isAddress(host['address']) && isListOf(host['ports'], isPort),
  );

const isPort = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isRecord(value) && isText(value['name']) && /^(TCP|UDP)$/.test(String(value['protocol'])) && isNumber(value['port']);

const isPlace = (value: unknown): boolean => isRecord(value) && isAddress(value['address']) && isNumber(value['port']);

const isAddress = (value: unknown): boolean => typeof value === 'string' && isIPv4(value);
const isText = (value: unknown): boolean => typeof value === 'string';
const isNumber = (value: unknown): boolean => Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536;
const isListOf = (value: unknown, is: (item: unknown) => boolean): boolean => Array.isArray(value) && value.every(is);
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const wrong = (what: string): Error => new Error(`${what} is not what this gateway can read`);
