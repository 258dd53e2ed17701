import './user-index-model.test.ts';
