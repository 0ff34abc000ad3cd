/** Commit messages of the demo, as a team writes them that speaks both languages. */
export const messages: Record<string, readonly string[]> = {
  'acme/checkout': [
    'Round coupon discounts per line, not per cart',
    '修复：优惠券叠加后金额可能为负',
    'Retry payment capture when the gateway answers 502',
    'Split the cart reducer\n\nNo change in behaviour; the old one had 900 lines.',
    '支持微信支付的异步通知',
    'Log the order id with every payment error',
    'Drop support for legacy vouchers',
    '下单接口增加幂等键',
    'Show tax before shipping costs',
    'Bump zod from 3.25 to 4.1',
    '重构：把库存校验移到结算之前',
    'Make address validation stricter for DE and AT',
  ],
  'acme/storefront': [
    'Lazy-load the product gallery',
    '首页轮播图改用 WebP',
    'Fix focus order in the filter drawer',
    '搜索框支持拼音',
    'Upgrade React to 19.2',
    'Preload the display font',
    '修复移动端导航遮挡',
    'Cache category pages for five minutes',
  ],
  'acme/infra': [
    'Give the checkout service a second replica',
    '扩容：数据库磁盘增加到 500G',
    'Rotate the CDN certificate',
    'Open port 8443 for the staging gateway',
    '收紧跳板机的安全组规则',
  ],
  'mobile/ios-wallet': [
    'Show pending transfers at the top',
    '适配刘海屏横屏布局',
    'Use the system share sheet',
    '修复：面容识别失败后无法重试',
    'Cache exchange rates for offline use',
    'Move strings to catalogs',
  ],
  'data/etl-nightly': [
    '按分区并行抽取',
    'Skip empty partitions',
    '修复时区导致的重复统计',
    'Write the row counts to the report',
  ],
  'oss/tinyqueue': [
    'Fix a race in drain()',
    'Document back-pressure',
    'Add an abort signal to take()',
    'Release 2.4.1',
  ],
};

export const pullTitles: readonly string[] = [
  'Add Apple Pay to the checkout',
  '增加发票抬头管理',
  'Speed up the cart total by caching rates',
  'Fix typo in README',
];
