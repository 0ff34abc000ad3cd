import { afterEach, describe, expect, it } from 'vitest';
import type { LogFiles } from '../src/ports/log-files.ts';

export interface LogFilesHarness {
  /** Empty. */
  make(): LogFiles;
  end(): void;
}

/** What every keeper of log files owes. */
export function describeLogFiles(name: string, { make, end }: LogFilesHarness): void {
  describe(`log files: ${name}`, () => {
    afterEach(end);

    it('makes its folder, and gives back what was written, from any place', async () => {
      const files = make();
      const made = files.createNow('a-1');
      for (const part of ['one ', 'two ', 'three']) made.appendNow(Buffer.from(part));
      // Who reads need not wait for the end.
      const early = await files.open('a-1');
      expect([early.bytes, String(await early.read(4, 3))]).toEqual([13, 'two']);
      made.appendNow(Buffer.from('!'));
      expect(String(await early.read(8, 100))).toBe('three!');
      made.closeNow();
      const into = Buffer.alloc(20);
      const now = files.openNow('a-1');
      expect([now.bytes, now.readNow(into, 4), String(into.subarray(0, 10))]).toEqual([14, 10, 'two three!']);
      expect(now.readNow(into, 99)).toBe(0);
      await Promise.all([early.close(), now.close()]);
    });

    it('lists what there is with its size and when it was used', async () => {
      const files = make();
      await files.list();
      files.createNow('a-1').closeNow();
      const other = files.createNow('b-2');
      other.appendNow(Buffer.alloc(70_000));
      other.closeNow();
      const before = await files.list();
      expect(before.map((file) => [file.name, file.bytes]).sort()).toEqual([
        ['a-1', 0],
        ['b-2', 70_000],
      ]);
      await files.touch('a-1');
      const used = (await files.list()).find((file) => file.name === 'a-1')?.usedAt ?? 0;
      expect(Math.abs(used - Date.now())).toBeLessThan(60_000);
    });

    it('a file that is removed stays readable for whoever has it open; it may be removed twice', async () => {
      const files = make();
      await files.list();
      const made = files.createNow('a-1');
      made.appendNow(Buffer.from('kept'));
      made.closeNow();
      const open = await files.open('a-1');
      await files.remove('a-1');
      await files.remove('a-1');
      expect(String(await open.read(0, 4))).toBe('kept');
      await open.close();
      expect(await files.list()).toEqual([]);
      await expect(files.open('a-1')).rejects.toThrow();
      expect(() => files.openNow('a-1')).toThrow();
    });

    it('scratch files have no name, keep what was put where it was put, and are nobody else’s', async () => {
      const files = make();
      const [one, two] = [await files.scratch('a-1'), await files.scratch('a-1')];
      const places = [];
      for (const part of ['one ', 'two ', 'three']) places.push(await one.append(Buffer.from(part)));
      expect(await two.append(Buffer.from('other'))).toBe(0);
      expect(places).toEqual([0, 4, 8]);
      expect(await files.list()).toEqual([]);
      const read = await Promise.all([one.read(8, 5), one.read(0, 4), one.read(4, 100), two.read(0, 5)]);
      expect(read.map(String)).toEqual(['three', 'one ', 'two three', 'other']);
      await one.append(Buffer.from('!'));
      expect(String(await one.read(8, 6))).toBe('three!');
      // What is under way when it is closed is read to its end.
      const last = one.read(0, 4);
      await Promise.all([one.close(), two.close()]);
      expect(String(await last)).toBe('one ');
      await expect(one.append(Buffer.from('late'))).rejects.toThrow();
    });

    it.each(['../x', 'a/b', '', '.', 'a b', 'x\0'])('refuses the name %j', async (name) => {
      const files = make();
      await files.list();
      expect(() => files.createNow(name)).toThrow();
      await expect(files.open(name)).rejects.toThrow();
      await expect(files.scratch(name)).rejects.toThrow();
    });
  });
}
