import type { IntOrPercent } from '../model/workload.ts';

/** A share of Pods as a number of them (apimachinery's intstr GetScaledValueFromIntOrPercent). */
export function resolve(value: IntOrPercent, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const share = (Number(value.replace(/%$/, '')) * total) / 100;
  return round === 'up' ? Math.ceil(share) : Math.floor(share);
}
