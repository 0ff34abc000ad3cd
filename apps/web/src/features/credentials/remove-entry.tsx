import { useSubmit } from '../../lib/use-submit.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { useReadAgain } from './queries.ts';

interface Props {
  /** The words of the question, the verb with its object, and what is said when it is done. */
  words: { title: string; text: string; submit: string; done: string };
  remove: () => Promise<unknown>;
  onClose: (message?: string) => void;
}

/** Asks before a secret or a credential is deleted; the lists are read anew afterwards. */
export function RemoveEntry({ words: { done, ...words }, remove, onClose }: Props) {
  const { busy, error, run } = useSubmit();
  const readAgain = useReadAgain();
  const submit = async () => {
    if (!(await run(remove))) return;
    void readAgain();
    onClose(done);
  };
  return (
    <Confirm
      opened
      {...words}
      onClose={() => onClose()}
      onSubmit={() => void submit()}
      busy={busy}
      error={error}
    />
  );
}
