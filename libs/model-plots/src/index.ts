export type { Axis, Cell, Chart, Layer, Mark, Place } from './chart.js';
export { chartSpec } from './chart-spec.js';
export {
  abcChart,
  channelChart,
  clusterChart,
  driftChart,
  lifeStageChart,
  rfmChart,
  whaleChart,
} from './customer-charts.js';
export { draw } from './draw.js';
export {
  aliveChart,
  dormancyChart,
  expectedPurchasesChart,
  holdoutChart,
  lifetimeValueChart,
  spendChart,
  valueChart,
  type ByRepeatPurchases,
} from './purchase-charts.js';
export { cohortChart, sbgChart, survivalChart } from './retention-charts.js';
export { associationChart, calibrationChart, campaignChart } from './test-charts.js';
