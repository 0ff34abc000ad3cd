import { test } from './fixtures.ts';
import { tellBehindNginx } from './nginx-stories.ts';

test.use({ worldOptions: { name: 'behind-nginx', nginx: 'http' } });
test.setTimeout(150_000);
tellBehindNginx('http');
