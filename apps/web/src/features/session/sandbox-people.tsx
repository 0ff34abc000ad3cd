import { useTranslation } from 'react-i18next';
import css from './sign-in-panel.module.css';

interface SandboxPerson {
  login: string;
  name: string;
  password: string;
  what: string;
}

/** Those of the demonstration; the sandbox itself speaks English only. */
const known = ['ada', 'grace', 'linus', 'wei', 'mallory'] as const;

/** The made-up people of the sandbox with their passwords. A console on real servers is never given any. */
export function SandboxPeople({ people }: { people: readonly SandboxPerson[] }) {
  const { t } = useTranslation('session');
  const what = ({ login, what: told }: SandboxPerson) => {
    const one = known.find((name) => name === login);
    return one ? t(`sandbox.people.${one}`) : told;
  };
  return (
    <section>
      <h2>{t('sandbox.title')}</h2>
      <p className="t2">{t('sandbox.lead')}</p>
      <table className={css.people}>
        <thead>
          <tr>
            <th scope="col">{t('sandbox.login')}</th>
            <th scope="col">{t('sandbox.password')}</th>
            <th scope="col">{t('sandbox.what')}</th>
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <tr key={person.login}>
              <td>
                <code title={person.name}>{person.login}</code>
              </td>
              <td>
                <code>{person.password}</code>
              </td>
              <td className="t2">{what(person)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
