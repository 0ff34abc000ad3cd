import { WpRefusal } from '../../woodpecker/actions.ts';
import type { WpOrg } from '../../woodpecker/model.ts';
import type { Router } from '../router.ts';
import { instanceAdmin, orgRights } from './access.ts';
import { type Call, intParam, orNull, pageOf, sendJson } from './context.ts';
import { orgShape } from './shapes.ts';

/** @throws WpRefusal 404 and 403 with words, here in lower case. */
export function orgFor(call: Call, level: 'member' | 'admin'): WpOrg {
  const org = call.state.orgs.find((one) => one.id === intParam(call, 'org'));
  if (!call.user) throw new WpRefusal(401, 'User not authorized');
  if (!org) throw new WpRefusal(404, 'Organization not found');
  if (!orgRights(call, org.name)[level]) throw new WpRefusal(403, 'user not authorized');
  return org;
}

export function orgRoutes(router: Router<Call>): void {
  router.on('GET', '/api/orgs', (call) => {
    instanceAdmin(call);
    const own = call.state.orgs.filter((org) => !org.isUser);
    sendJson(call, orNull(pageOf(call, own).map(orgShape)));
  });
  router.on('GET', '/api/orgs/lookup/*', (call) => {
    const name = decodeURIComponent(call.params['*'] ?? '').toLowerCase();
    const org = call.state.orgs.find((one) => one.name.toLowerCase() === name);
    // A guest makes it fail.
    if (!call.user) throw new WpRefusal(500);
    if (!org) throw new WpRefusal(404);
    sendJson(call, orgShape(org));
  });
  router.on('GET', '/api/orgs/{org}', (call) => sendJson(call, orgShape(orgFor(call, 'member'))));
  router.on('GET', '/api/orgs/{org}/permissions', (call) => {
    const org = call.state.orgs.find((one) => one.id === intParam(call, 'org'));
    sendJson(call, org ? orgRights(call, org.name) : { member: false, admin: false });
  });
}
