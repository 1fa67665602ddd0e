/** The faults of the engine, the registry, the events and the clock: each begins now and ends by itself. */
import type { SimEngine } from './engine.ts';
import { takeName } from './hand.ts';
import type { Fault } from './schedule.ts';
import type { Weather } from './shell.ts';

type Disturbance = Exclude<
  Fault,
  { kind: 'hand' | 'edit' | 'files' | 'crash' | 'down' | 'condition' | 'restart' | 'delete' | 'hold' | 'release' }
>;

/** @param images those that the file names */
export function disturb(engine: SimEngine, weather: Weather, fault: Disturbance, images: readonly string[]): void {
  const later = (forMs: number, back: () => void): void => engine.timeline.after(forMs, back);
  switch (fault.kind) {
    case 'call':
      for (let i = 0; i < fault.count; i += 1) weather.calls.push(fault.fault);
      return;
    case 'engineGone':
      engine.up = false;
      if (fault.containersEnd)
        for (const container of [...engine.containers.values()]) engine.end(container, 137, 'itself');
      return later(fault.forMs, () => {
        engine.up = true;
        engine.changed();
      });
    case 'noSpace':
      engine.space = false;
      return later(fault.forMs, () => (engine.space = true));
    case 'registryDown':
      engine.registryUp = false;
      return later(fault.forMs, () => (engine.registryUp = true));
    case 'staleLooks':
      weather.stale = true;
      return later(fault.forMs, () => (weather.stale = false));
    case 'halfSeen':
      weather.halfSeen = true;
      return later(fault.forMs, () => (weather.halfSeen = false));
    case 'hints':
      weather.hints = fault.how;
      return later(fault.forMs, () => (weather.hints = 'well'));
    case 'imageMissing': {
      const image = images[fault.pick % Math.max(1, images.length)];
      if (image === undefined) return;
      engine.missing.add(image);
      engine.images.delete(image);
      return later(fault.forMs, () => engine.missing.delete(image));
    }
    case 'portTaken': {
      const port = 8080 + (fault.pick % 3);
      engine.takenPorts.add(port);
      return later(fault.forMs, () => engine.takenPorts.delete(port));
    }
    case 'nameTaken': {
      const back = takeName(engine, fault.pick);
      return back && later(fault.forMs, back);
    }
    case 'clockJump':
      engine.jumpedMs += fault.byMs;
      return;
  }
}
