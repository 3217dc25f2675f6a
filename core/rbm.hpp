// Everything that a program needs which links rbm::core: rows of its own in, a run, the likelihood with its bracket,
// samples out. What this header leads to is the public interface, and is installed; other headers of core are not.
//
// Public functions fail with a Result where files, formats, shapes, numbers or settings are wrong. What their comments
// state beyond that is a contract: it is checked, and a breach of it ends the program with its place (RBM_ASSERT).
#pragma once

#include "core/api/measures.hpp"
#include "core/api/own_data.hpp"
#include "core/api/samples.hpp"
#include "core/data/dataset.hpp"
#include "core/evaluation/likelihood.hpp"
#include "core/evaluation/monitor.hpp"
#include "core/evaluation/partition_function.hpp"
#include "core/learning/preset.hpp"
#include "core/learning/settings.hpp"
#include "core/learning/settings_text.hpp"
#include "core/learning/suggested_settings.hpp"
#include "core/learning/trainer.hpp"
#include "core/learning/training_data.hpp"
#include "core/math/matrix.hpp"
#include "core/math/thread_pool.hpp"
#include "core/model/labels.hpp"
#include "core/model/model.hpp"
#include "core/model/model_file.hpp"
#include "core/model/pictures.hpp"
#include "core/model/rows_file.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/model/version.hpp"
#include "core/result.hpp"
#include "core/run/loading.hpp"
#include "core/run/run.hpp"
#include "core/sampling/gibbs_chains.hpp"
#include "core/version.hpp"
