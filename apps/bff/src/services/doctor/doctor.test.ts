import { clockCode, doctorFinding, doctorVerdict } from '@flightdeck/api-client/model';
import { expect, it } from 'vitest';
import { Failure } from '../../domain/failure.ts';
import type { Echo } from '../../ports/own-address.ts';
import { createDoctor } from './doctor.ts';
import { reachCode } from './reach.ts';

function setup() {
  let now = 1_000_000;
  let asked = 0;
  let answer: ((echo: Echo) => void) | null = null;
  const doctor = createDoctor({
    own: {
      echo: () => {
        asked += 1;
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
      drip: async () => ({ tried: '', fault: null, raw: null }),
      socket: async () => ({ tried: '', fault: null, raw: null }),
    },
    ...{ publicUrl: 'http://ci.test/', forges: [], servers: [], instance: 'this' },
    clock: { now: () => now, sleep: async () => {} },
  });
  return {
    doctor,
    asked: () => asked,
    answer: () => answer?.({ tried: '', fault: 'unreachable', raw: '' }),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

it('is run once for all who ask at the same time, and again only after a while', async () => {
  const { doctor, asked, answer, pass } = setup();
  const [one, two] = [doctor.run(), doctor.run()];
  pass(900);
  answer();
  expect(await one).toBe(await two);
  expect((await one).tookMs).toBe(900);
  expect(await doctor.run()).toBe(await one);
  expect(asked()).toBe(1);
  pass(100);
  const later = doctor.run();
  answer();
  expect(await later).not.toBe(await one);
  expect(asked()).toBe(2);
});

it.each([
  [new Failure('ci_unreachable', '', { fault: 'certificate' }), 'certificate'],
  [new Failure('forge_refused', '', { status: 301, fault: 'redirect' }), 'redirect'],
  [new Failure('ci_answer_unreadable', '', { status: 200, fault: 'page' }), 'page'],
  [new Failure('forge_timeout', ''), 'timeout'],
  [new Failure('forge_unreachable', ''), 'unreachable'],
  [new Failure('forge_unreachable', '', { status: 502 }), 'failing'],
  [new Failure('ci_error', '', { status: 500 }), 'failing'],
  [new Failure('not_found', '', { status: 404 }), 'other-kind'],
] as const)('tells the ways not to be reached apart: %#', (failure, code) => {
  expect(reachCode(failure)).toBe(code);
});

it('takes no other error for a finding', () => {
  expect(() => reachCode(new TypeError('a fault of the program'))).toThrow(TypeError);
});

it.each([
  [0, 'ok'],
  [-30, 'ok'],
  [31, 'off'],
  [-300, 'off'],
  [301, 'far-off'],
] as const)('a clock %d s ahead is %s', (seconds, code) => expect(clockCode(seconds)).toBe(code));

it('is as bad as its worst finding, and what is not checked is no fault', () => {
  const [ok, unchecked] = [doctorFinding('pkce', 'ok'), doctorFinding('pkce', 'untold')];
  expect(doctorVerdict([ok, unchecked])).toBe('ok');
  expect(doctorVerdict([ok, doctorFinding('clock', 'off')])).toBe('warning');
  expect(doctorVerdict([doctorFinding('clock', 'off'), doctorFinding('clock', 'far-off')])).toBe('broken');
});
