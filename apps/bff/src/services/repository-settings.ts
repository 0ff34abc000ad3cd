import type { Settings, SettingsView } from '@flightdeck/api-client/model';
import { Failure } from '../domain/failure.ts';
import { settingsPermits } from '../domain/permits.ts';
import type { Audit, AuditFacts } from './audit.ts';
import type { BuildFacts } from './build-facts.ts';
import { refusal } from './build-refusals.ts';
import type { GatedRepo } from './context.ts';
import { onceMore } from './once-more.ts';
import type { RepoCatalog } from './repo-catalog.ts';
import type { HealthBook } from './server-health.ts';

/** General settings on the CI server. What only its administrators may set is refused before it is sent. */
export function createRepositorySettings(deps: {
  audit: Audit;
  facts: BuildFacts;
  health: HealthBook;
  catalog: Pick<RepoCatalog, 'last'>;
  afterChange: (repo: GatedRepo) => Promise<void>;
}) {
  async function settings(repo: GatedRepo): Promise<SettingsView> {
    if (repo.onServer === null)
      throw new Failure('not_active', 'The CI server does not know this repository.');
    return {
      values: repo.onServer.settings,
      permits: settingsPermits(deps.facts.permitFacts(repo)),
      // The gate let them in with what the catalog held last.
      stale: deps.facts.staleSince(repo, deps.catalog.last(repo.server.id)?.asOf ?? null),
    };
  }

  async function changeSettings(repo: GatedRepo, change: Partial<Settings>): Promise<SettingsView> {
    const permits = settingsPermits(deps.facts.permitFacts(repo));
    const wanted = Object.entries(change).filter(([, value]) => value !== undefined && value !== null);
    for (const [name] of wanted) refusal(permits[name as keyof Settings], `change ${name}`);
    if (wanted.length === 0) return settings(repo);
    const sent: Partial<Settings> = Object.fromEntries(wanted);
    const kept = await deps.audit.run(repo, 'repository.settings', sent as AuditFacts, () =>
      deps.health.during(repo.server.id, () =>
        // A push at the same moment changes the same row upstream.
        onceMore(() => repo.speaker.client.changeSettings(repo.path, sent)),
      ),
    );
    await deps.afterChange(repo);
    const lost = wanted
      .filter(([name, value]) => kept[name as keyof Settings] !== value)
      .map(([name]) => name);
    if (lost.length > 0) {
      // Servers answer 200 and drop what the token may not set.
      throw new Failure(
        'changed_meanwhile',
        'The CI server answered, but kept other values than those sent.',
        {
          instance: repo.server.id,
          fields: Object.fromEntries(lost.map((name) => [name, 'not kept by the CI server'])),
        },
      );
    }
    return { values: kept, permits, stale: null };
  }

  return { settings, changeSettings };
}
