import account from './account.json';
import build from './build.json';
import builds from './builds.json';
import common from './common.json';
import credentials from './credentials.json';
import deployments from './deployments.json';
import diagnosis from './diagnosis.json';
import doctor from './doctor.json';
import keys from './keys.json';
import logs from './logs.json';
import problems from './problems.json';
import repos from './repos.json';
import session from './session.json';
import waiting from './waiting.json';

export const resources = {
  account,
  build,
  builds,
  common,
  credentials,
  deployments,
  diagnosis,
  doctor,
  keys,
  logs,
  problems,
  repos,
  session,
  waiting,
};
