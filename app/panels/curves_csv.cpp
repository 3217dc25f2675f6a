#include "app/panels/curves_csv.hpp"

#include <cmath>
#include <cstdio>

namespace lab {

std::string curves_csv(const std::vector<rbm::CurvePoint>& points) {
  std::string out =
      "update,epoch,seconds,reconstruction_train,reconstruction_validation,pseudo_log_likelihood,free_energy_"
      "train,"
      "free_energy_validation,free_energy_gap_error,relative_change,learning_rate\n";
  for (const rbm::CurvePoint& p : points) {
    out += std::to_string(p.update);
    for (const double value : {p.epoch, p.seconds, p.reconstruction_train, p.reconstruction_validation,
                               p.pseudo_log_likelihood, p.free_energy_train, p.free_energy_validation,
                               p.free_energy_gap_error, p.relative_change, p.learning_rate}) {
      char text[40];
      std::snprintf(text, sizeof text, std::isfinite(value) ? ",%.9g" : ",", value);
      out += text;
    }
    out += '\n';
  }
  return out;
}

}  // namespace lab
