import { type Expectation, expectations } from './expectations.ts';

/** What is wrong with a value, as a word with a sentence in both languages. */
const sentences = {
  missing: { en: 'is missing', zh: '缺失' },
  wrong: { en: 'is wrong', zh: '有误' },
  unknown: { en: 'is not a setting', zh: '不是有效的设置' },
  taken: { en: 'is used twice', zh: '重复使用' },
  page: { en: 'is the name of a page of the console', zh: '与控制台页面同名' },
  unsupported: { en: 'is not supported', zh: '不受支持' },
  unreadable: { en: 'cannot be read', zh: '无法读取' },
  empty: { en: 'is empty', zh: '为空' },
  noForge: { en: 'names no configured forge', zh: '未对应任何已配置的代码托管' },
  bothGiven: { en: 'is given twice, here and as a file', zh: '同时以值和文件两种方式给出' },
  everybody: { en: 'trusts everybody', zh: '信任了所有来源' },
  tls: { en: 'switches off every check of certificates', zh: '关闭了所有证书校验' },
} as const;

export interface Fault {
  /** Its place in the file (`forges[0].clientId`), null for a variable without one. */
  setting: string | null;
  variable: string | null;
  what: keyof typeof sentences;
  expects: Expectation;
  /** The system's own words for what is wrong. */
  detail?: string;
  /** What it may be instead: stands with what is expected, never beside what was refused. */
  choices?: readonly string[];
}

/** Thrown by the reader of settings: everything that is wrong, at once. The process ends with code 78 (EX_CONFIG). */
export class ConfigFaults extends Error {
  override readonly name = 'ConfigFaults';
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    super(describeFaults(faults));
    this.faults = faults;
  }
}

/** Values are never repeated: the wrong one may be a secret in the wrong place. */
export function describeFaults(faults: readonly Fault[]): string {
  const lines = faults.flatMap((fault) => {
    const names = [fault.setting, fault.variable].filter((name) => name !== null);
    const detail = fault.detail ? ` (${fault.detail})` : '';
    const { what, expects, choices = [] } = fault;
    const [en, zh] = choices.length > 0 ? [`: ${choices.join(', ')}`, `：${choices.join('、')}`] : ['', ''];
    return [
      `  ${names.join('  /  ')}`,
      `      ${sentences[what].en}${detail}. It should be ${expectations[expects].en}${en}.`,
      `      ${sentences[what].zh}${detail}。应为：${expectations[expects].zh}${zh}。`,
    ];
  });
  return [
    `Flightdeck cannot start: ${faults.length} ${faults.length === 1 ? 'setting is' : 'settings are'} wrong.`,
    `Flightdeck 无法启动：${faults.length} 项设置有误。`,
    '',
    ...lines,
  ].join('\n');
}
