import { test } from './fixtures.ts';
import { tellMainJob } from './main-job/stories.ts';
import { woodpecker } from './main-job/woodpecker.ts';

test.use({ worldOptions: woodpecker.world });
test.setTimeout(150_000);
tellMainJob(woodpecker);
