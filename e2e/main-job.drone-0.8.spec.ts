import { test } from './fixtures.ts';
import { drone08 } from './main-job/drone-0.8.ts';
import { tellMainJob } from './main-job/stories.ts';

test.use({ worldOptions: drone08.world });
test.setTimeout(150_000);
tellMainJob(drone08);
