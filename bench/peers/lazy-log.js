/** LazyLog: fetches, splits and colours by itself. */
import { LazyLog } from '@melloware/react-logviewer';
import { createElement } from 'react';
import { address } from './lines.js';

export const show = () =>
  createElement(
    'div',
    { className: 'list' },
    createElement(LazyLog, { url: address, height: 900, width: 1440, rowHeight: 20 }),
  );
