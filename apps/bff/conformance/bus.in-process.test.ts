import { createInProcessBus } from '../src/adapters/bus/in-process.ts';
import { describeBus } from './bus.suite.ts';

describeBus('in process', { make: async () => createInProcessBus(), settled: async () => {} });
