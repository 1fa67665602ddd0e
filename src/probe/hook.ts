/** Carries out lifecycle hooks (pkg/kubelet/lifecycle/handlers.go). */
import type { HookHandler, HookResult } from '../core/check.ts';
import type { ExecPort } from './exec.ts';
import { exchange } from './exchange.ts';
import { makeHeaders, toTarget } from './http.ts';

/** The core gives a hook up when the grace is over; the process itself is not ended for that (POD-SEMANTICS 7.7). */
const execForeverMs = 2 ** 31 - 1;
const userAgent = 'kube-lifecycle/1.36';

/** Runs a hook to its end. Never rejects. An HTTP answer of any status is a success: only the transport can fail. */
export async function runHook(
  engine: ExecPort,
  containerId: string,
  handler: HookHandler,
  address: string,
): Promise<HookResult> {
  switch (handler.kind) {
    case 'exec': {
      const result = await engine.exec(containerId, handler.command, execForeverMs);
      if (result.kind === 'exit' && result.code === 0) return { ok: true };
      // What the command said is withheld: events are read by many.
      const message =
        result.kind === 'exit' ? `exited with ${result.code}` : result.kind === 'error' ? result.message : 'timed out';
      return { ok: false, message: `command ${JSON.stringify(handler.command.join(' '))} ${message}` };
    }
    case 'sleep':
      return new Promise((resolve) => setTimeout(() => resolve({ ok: true }), handler.seconds * 1000).unref());
    case 'httpGet': {
      const target = toTarget(handler, address);
      const reply = await exchange(target, makeHeaders(handler.headers, userAgent), new AbortController().signal);
      if (reply.kind === 'answer') return { ok: true };
      return {
        ok: false,
        message: `Get ${JSON.stringify(target.url)}: ${reply.kind === 'broken' ? reply.error.message : 'timed out'}`,
      };
    }
  }
}
