import { blockWrite, lineWrite, type Program } from './shell.ts';

const initialBranchHint = `hint: Using 'master' as the name for the initial branch. This default branch name
hint: is subject to change. To configure the initial branch name to use in all
hint: of your new repositories, which will suppress this warning, call:
hint: 
hint: \tgit config --global init.defaultBranch <name>
hint: 
hint: Names commonly chosen instead of 'master' are 'main', 'trunk' and
hint: 'development'. The just-created branch can be renamed via this command:
hint: 
hint: \tgit branch -m <name>
`;

/** The four calls of the runner's clone step, in git's words and in the pieces git writes them. */
export const git: Program = function* (args, _input, context) {
  const remote = context.env.get('DRONE_REMOTE_URL') ?? '';
  const branch = context.env.get('DRONE_COMMIT_BRANCH') ?? '';
  if (args[0] === 'init') {
    yield blockWrite(initialBranchHint);
    yield lineWrite(
      `Initialized empty Git repository in ${context.env.get('DRONE_WORKSPACE') ?? ''}/.git/\n`,
    );
  } else if (args[0] === 'fetch') {
    const ref = /^\+?([^:]+):/.exec(args.at(-1) ?? '')?.[1] ?? '';
    const name = ref.replace(/^refs\/(heads|tags)\//, '');
    const kind = ref.startsWith('refs/tags/')
      ? 'tag   '
      : ref.startsWith('refs/heads/')
        ? 'branch'
        : 'ref   ';
    const known = ref.startsWith('refs/heads/')
      ? ` * [new branch]      ${name.padEnd(10)} -> origin/${name}\n`
      : '';
    yield { do: 'sleep', ms: 90 };
    yield blockWrite(
      `From ${remote.replace(/\.git$/, '')}\n * ${kind}            ${name.padEnd(10)} -> FETCH_HEAD\n${known}`,
    );
  } else if (args[0] === 'checkout') {
    yield lineWrite(`Switched to a new branch '${branch}'\n`);
  }
  return 0;
};
