#include <algorithm>
#include <filesystem>
#include <variant>

#include "sid/app/panels/workbench.hpp"
#include "sid/app/state/dropped_data.hpp"
#include "sid/app/state/plot_view.hpp"
#include "sid/figure/pinned_overlay.hpp"
#include "sid/figure/write_figure.hpp"
#include "sid/io/results.hpp"
#include "sid/io/share_string.hpp"
#include "sid/io/spec_file.hpp"

namespace sid::app {
namespace {

constexpr std::size_t kNotesKept = 20;

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

std::string one_line(const Errors& errors) {
  if (errors.empty()) return "The file could not be read.";
  std::string text = to_string(errors.front());
  if (errors.size() > 1) text += " (and " + std::to_string(errors.size() - 1) + " more)";
  return text;
}

std::size_t lambda_count(const LambdaSpec& lambda) {
  const auto* const values = std::get_if<std::vector<double>>(&lambda);
  return values != nullptr ? values->size() : 1;
}

/// The same plots of the same problem: the user's axis limits still mean something.
bool same_plots(const RunSpec& a, const RunSpec& b) {
  return a.problem.kind == b.problem.kind && a.data.source == b.data.source &&
         lambda_count(a.problem.lambda) == lambda_count(b.problem.lambda);
}

bool is_spec(const std::filesystem::path& path) {
  return path.extension() == ".toml";
}

}  // namespace

void Workbench::say(Severity severity, std::string text) {
  // A complaint is about what was asked for last; what was done before it can wait.
  if (severity != Severity::fine) state_.confirmation.clear();
  state_.notes.push_back({severity, std::move(text), "", "", 0.0});
  if (state_.notes.size() > kNotesKept) state_.notes.erase(state_.notes.begin());
}

void Workbench::forget_warnings() {
  std::erase_if(state_.notes,
                [](const Message& note) { return note.severity == Severity::warning; });
}

void Workbench::apply_edit(const EditSpec& edit) {
  forget_warnings();
  state_.history.record(state_.spec, edit.spec, edit.name, edit.key);
  if (edit.finished) state_.history.close();
  show_spec(edit.spec);
}

/// Curves stay hidden with their method when methods come and go; views of plots that are no more
/// are forgotten.
void Workbench::show_spec(const RunSpec& spec) {
  if (!same_plots(state_.spec, spec)) forget_views(state_.view);
  follow_methods(state_.view.figure.hidden, state_.spec.methods, spec.methods);
  state_.spec = spec;
  session_.set_spec(spec);
}

/// Undone and redone specs may come from another preset than the last one loaded.
void Workbench::show_earlier(const RunSpec& spec) {
  if (spec.title != state_.spec.title) state_.preset.clear();
  show_spec(spec);
}

void Workbench::use_spec(RunSpec spec, std::string name, std::string preset) {
  apply_edit({std::move(spec), std::move(name), "", true});
  state_.preset = std::move(preset);
  forget_views(state_.view);
  state_.view.figure.hidden.clear();
  state_.view.panel = 0;
  state_.view.method = std::min<std::size_t>(1, state_.spec.methods.size() - 1);
}

void Workbench::open_path(const std::string& path) {
  state_.notes.clear();
  if (is_spec(path)) {
    const auto document = load_spec(path);
    if (!document) {
      say(Severity::stopped, one_line(document.error()));
      return;
    }
    use_spec(document->spec, "Open " + std::filesystem::path(path).filename().string(), "");
    return;
  }
  use_spec(with_dropped_data(state_.spec, path),
           "Data from " + std::filesystem::path(path).filename().string(),
           "");
}

void Workbench::paste(const std::string& text) {
  state_.notes.clear();
  if (looks_like_share_string(text)) {
    const Result<ShareString> share = parse_share_string(text);
    if (!share) {
      say(Severity::stopped, to_string(share.error()));
      return;
    }
    use_spec(share->spec, "Paste an experiment", "");
    for (const ShareString::Unknown& unknown : share->unknown) {
      say(Severity::partly,
          "This version does not know the setting " + unknown.key + " = " + unknown.value + ".");
    }
    return;
  }
  const auto document = parse_spec(text, "clipboard");
  if (!document) {
    say(Severity::stopped, one_line(document.error()));
    return;
  }
  use_spec(document->spec, "Paste a spec", "");
}

void Workbench::pin_run() {
  std::shared_ptr<const RunSnapshot> run = session_.snapshot();
  if (run && run->spec != session_.spec()) {
    // Titles, names and constants change without a new run.
    RunSnapshot renamed = *run;
    renamed.spec = session_.spec();
    run = std::make_shared<const RunSnapshot>(std::move(renamed));
  }
  std::shared_ptr<const Theory> theory;
  if (!session_.theory_stale()) {
    const auto& kept = session_.kept_theory();
    theory = {kept, &kept->curves};
  }
  const Result<std::string> letter = state_.pins.pin(std::move(run), std::move(theory));
  forget_warnings();
  if (!letter) {
    say(Severity::warning, letter.error().message);
    return;
  }
  confirm("Pinned as " + *letter + ". F4 compares runs.");
}

void Workbench::unpin(const std::string& letter) {
  if (state_.pins.remove(letter)) confirm(letter + " is no longer pinned.");
}

void Workbench::load_pin(const std::string& letter) {
  const Pin* const pin = state_.pins.find(letter);
  if (pin == nullptr) return;
  state_.notes.clear();
  use_spec(pin->run->spec, "Settings of " + letter, "");
}

Figure Workbench::exported_figure(const ExportChoice& choice) const {
  if (state_.view.layout == Layout::compare && compare_book_.runs() > 0) {
    ComparePage page = compare_page();
    page.figure = exported_options(page.figure, choice);
    Figure compared = compare_book_.figure_with(state_.pins, session_, page);
    compared.metadata = compare_book_.metadata();
    return compared;
  }
  if (state_.view.layout == Layout::outer && outer_.latest()) {
    Figure loop = outer_book_.figure();
    loop.metadata = figure_metadata(outer_.latest()->spec);
    return loop;
  }
  Figure figure = build_figure(session_.spec(),
                               session_.bench().get(),
                               session_.snapshot().get(),
                               session_.theory(),
                               exported_options(state_.view.figure, choice));
  add_pinned(figure,
             shown_runs(state_.pins),
             session_.spec(),
             session_.bench().get(),
             exported_options(state_.view.figure, choice));
  figure.metadata = figure_metadata(session_.spec());
  return figure;
}

void Workbench::write_export(const ExportFigure& request) {
  const std::filesystem::path path(request.choice.path);
  if (const auto format = parse_figure_format(path.extension().string()); !format) {
    say(Severity::stopped, to_string(format.error()));
    return;
  }
  std::error_code ignored;
  if (!request.overwrite && std::filesystem::exists(path, ignored)) {
    say(Severity::warning, path.string() + " exists. Choose another name or press Replace.");
    return;
  }
  if (session_.theory_pending() && state_.view.layout != Layout::outer) {
    say(Severity::warning,
        "Bounds and exact curves of these settings are being computed. Export again once they are "
        "there.");
    return;
  }
  const Result<void> written =
      write_figure(exported_figure(request.choice), path, request.choice.file);
  if (!written) {
    say(Severity::stopped, to_string(written.error()));
    return;
  }
  std::erase_if(state_.notes, [](const Message& note) { return note.severity != Severity::fine; });
  confirm("Figure written to " + std::filesystem::absolute(path, ignored).string() + ".");
  state_.view.export_open = false;
}

void Workbench::carry_out(const Command& command) {
  std::visit(
      Overloaded{
          [&](const EditSpec& edit) { apply_edit(edit); },
          [&](const FinishEdit&) { state_.history.close(); },
          [&](const Undo&) {
            if (const auto spec = state_.history.undo()) show_earlier(*spec);
          },
          [&](const Redo&) {
            if (const auto spec = state_.history.redo()) show_earlier(*spec);
          },
          [&](const StartRun&) {
            state_.view.layout == Layout::outer ? outer_.restart() : session_.start();
          },
          [&](const StopRun&) {
            if (state_.view.layout == Layout::outer) outer_.stop();
            session_.stop();
          },
          [&](const NewSeed&) {
            RunSpec spec = state_.spec;
            // The next seed: predictable, so that "three seeds on" means the same everywhere.
            spec.run.seed = (spec.run.seed + 1) % 4294967296;
            apply_edit({spec, "New seed " + std::to_string(spec.run.seed), "new-seed", true});
          },
          [&](const LoadPreset& preset) {
            const auto document = load_preset(preset.name);
            if (!document) {
              say(Severity::stopped, one_line(document.error()));
              return;
            }
            state_.notes.clear();
            use_spec(document->spec, "Preset " + preset.name, preset.name);
          },
          [&](const OpenPath& open) { open_path(open.path); },
          [&](const PasteSpec& pasted) { paste(pasted.text); },
          [&](const CopyText& copy) {
            ImGui::SetClipboardText(copy.text.c_str());
            confirm(copy.what + " copied.");
          },
          [&](const ExportFigure& request) { write_export(request); },
          [&](const PinRun&) { pin_run(); },
          [&](const Unpin& pin) { unpin(pin.letter); },
          [&](const RestorePin&) {
            if (state_.pins.restore()) confirm("The run is pinned again.");
          },
          [&](const ShowPin& pin) { state_.pins.show(pin.letter, pin.shown); },
          [&](const LoadPin& pin) { load_pin(pin.letter); },
          [&](const CopyComparison&) {
            ImGui::SetClipboardText(table_text(compare_book_.table()).c_str());
            confirm("Table copied.");
          },
          [&](const Complain& complaint) {
            forget_warnings();
            say(Severity::warning, complaint.text);
          }},
      command);
}

}  // namespace sid::app
