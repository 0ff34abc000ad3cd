import { recordingsOf } from '../../../../testing/recordings.ts';

const recordings = recordingsOf('drone-0.8.10');
export const exchanges = () => recordings.exchanges();
export const { streams } = recordings;
