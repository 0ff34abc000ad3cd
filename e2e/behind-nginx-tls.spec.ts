import { test } from './fixtures.ts';
import { tellBehindNginx } from './nginx-stories.ts';

test.use({ worldOptions: { name: 'behind-nginx-tls', nginx: 'https' }, ignoreHTTPSErrors: true });
test.setTimeout(150_000);
tellBehindNginx('https');
