import type { WoodpeckerInstance } from '../servers/woodpecker.ts';
import type { Timeline } from './timeline.ts';

export function woodpeckerDemo(_instance: WoodpeckerInstance, _line: Timeline, _end: number): void {}
