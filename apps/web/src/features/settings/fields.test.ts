import { describe, expect, it } from 'vitest';
import { settingsView } from '../../testing/fixtures/repositories.ts';
import { readDraft } from './fields.ts';

const held = settingsView().values;

describe('a draft of settings', () => {
  it('sends what differs and nothing else', () => {
    expect(
      readDraft({ pipelineFile: ' .ci.yml ', protected: true, timeoutMinutes: '60' }, held).change,
    ).toEqual({
      protected: true,
    });
    expect(readDraft({ concurrentBuilds: '3', visibility: 'public' }, held).change).toEqual({
      concurrentBuilds: 3,
      visibility: 'public',
    });
  });

  it.each([
    ['timeoutMinutes', '0'],
    ['timeoutMinutes', '1.5'],
    ['concurrentBuilds', '-1'],
    ['buildCounter', ''],
    ['pipelineFile', '  '],
  ] as const)('%s does not take %j', (field, text) => {
    const { change, faults } = readDraft({ [field]: text }, held);
    expect([...faults]).toEqual([field]);
    expect(change).toEqual({});
  });
});
