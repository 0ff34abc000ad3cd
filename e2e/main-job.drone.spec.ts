import { test } from './fixtures.ts';
import { drone } from './main-job/drone.ts';
import { tellMainJob } from './main-job/stories.ts';

test.use({ worldOptions: drone.world });
test.setTimeout(150_000);
tellMainJob(drone);
