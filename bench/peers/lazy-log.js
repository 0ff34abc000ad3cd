/** LazyLog: fetches, splits and colours by itself. */
import { LazyLog } from '@melloware/react-logviewer';
import { createElement } from 'react';

export const show = () =>
  createElement(
    'div',
    { className: 'list' },
    createElement(LazyLog, { url: '/log.txt', height: 900, width: 1440, rowHeight: 20 }),
  );
