// What the tests do with the official client for Go: https://github.com/kubernetes/client-go.
//
// Usage: round KUBECONFIG. Prints a line for each answer.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	namespace    = "go"
	totalTimeout = 90 * time.Second
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), totalTimeout)
	defer cancel()
	if err := run(ctx, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, kubeconfig string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	// As controllers do it: bodies in protobuf, answers in whatever the server prefers of the two.
	config.ContentType = "application/vnd.kubernetes.protobuf"
	config.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
	requests := &requestLog{}
	config.Wrap(requests.wrap)
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	name := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}
	if _, err := client.CoreV1().Namespaces().Create(ctx, name, metav1.CreateOptions{}); err != nil {
		return err
	}
	return errors.Join(
		informConfigMaps(ctx, client, requests),
		applyAsTwo(ctx, client),
		tellErrors(ctx, client),
		deleteByCondition(ctx, client),
	)
}

// requestLog remembers which requests an informer began with.
type requestLog struct {
	mutex   sync.Mutex
	queries []string
}

func (log *requestLog) wrap(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(request *http.Request) (*http.Response, error) {
		if request.Method == http.MethodGet && strings.HasSuffix(request.URL.Path, "/configmaps") {
			log.mutex.Lock()
			log.queries = append(log.queries, request.URL.RawQuery)
			log.mutex.Unlock()
		}
		return next.RoundTrip(request)
	})
}

// hasListed says whether there was a list besides watches.
func (log *requestLog) hasListed() bool {
	log.mutex.Lock()
	defer log.mutex.Unlock()
	for _, query := range log.queries {
		if !strings.Contains(query, "watch=true") {
			return true
		}
	}
	return false
}

type roundTripper func(*http.Request) (*http.Response, error)

func (send roundTripper) RoundTrip(request *http.Request) (*http.Response, error) {
	return send(request)
}

// informConfigMaps lets a shared informer begin with a watch that tells the initial events (the feature
// gate WatchListClient, set by the caller), and changes things under its eyes.
func informConfigMaps(ctx context.Context, client kubernetes.Interface, requests *requestLog) error {
	configMaps := client.CoreV1().ConfigMaps(namespace)
	create := func(name string) error {
		object := &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"of": "round"}},
			Data:       map[string]string{"n": "0"},
		}
		_, err := configMaps.Create(ctx, object, metav1.CreateOptions{})
		return err
	}
	if err := create("before"); err != nil {
		return err
	}
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0,
		informers.WithNamespace(namespace),
		informers.WithTweakListOptions(func(options *metav1.ListOptions) { options.LabelSelector = "of=round" }))
	informer := factory.Core().V1().ConfigMaps().Informer()
	told := make(chan string, 100)
	if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { told <- "add " + describe(object) },
		UpdateFunc: func(_, object any) { told <- "update " + describe(object) },
		DeleteFunc: func(object any) { told <- "delete " + describe(object) },
	}); err != nil {
		return err
	}
	stopping, stop := context.WithCancel(ctx)
	factory.Start(stopping.Done())
	defer factory.Shutdown()
	defer stop()
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		return errors.New("the informer did not see the initial events")
	}
	fmt.Println("informer synced, listed:", requests.hasListed())
	tell := func() error {
		select {
		case event := <-told:
			fmt.Println("informer", event)
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	patch := func(kind types.PatchType, body string) error {
		_, err := configMaps.Patch(ctx, "before", kind, []byte(body), metav1.PatchOptions{})
		return err
	}
	return firstError(
		tell,
		func() error { return create("after") },
		tell,
		func() error { return patch(types.StrategicMergePatchType, `{"data":{"n":"1"}}`) },
		tell,
		func() error { return patch(types.MergePatchType, `{"data":{"n":"2"}}`) },
		tell,
		func() error { return patch(types.JSONPatchType, `[{"op":"replace","path":"/data/n","value":"3"}]`) },
		tell,
		func() error { return configMaps.Delete(ctx, "after", metav1.DeleteOptions{}) },
		tell,
	)
}

func describe(object any) string {
	if configMap, ok := object.(*corev1.ConfigMap); ok {
		return configMap.Name + " " + configMap.Data["n"]
	}
	return fmt.Sprintf("%T", object)
}

func firstError(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func applyAsTwo(ctx context.Context, client kubernetes.Interface) error {
	configMaps := client.CoreV1().ConfigMaps(namespace)
	apply := func(manager, value string, force bool) (*corev1.ConfigMap, error) {
		config := applycorev1.ConfigMap("applied", namespace).WithData(map[string]string{"n": value})
		return configMaps.Apply(ctx, config, metav1.ApplyOptions{FieldManager: manager, Force: force})
	}
	first, err := apply("first", "1", false)
	if err != nil {
		return err
	}
	fmt.Println("apply", first.Data["n"], first.ManagedFields[0].Manager)
	if _, err := apply("second", "2", false); !apierrors.IsConflict(err) {
		return fmt.Errorf("no conflict but %w", err)
	} else {
		fmt.Println("apply", err)
	}
	second, err := apply("second", "2", true)
	if err != nil {
		return err
	}
	fmt.Println("apply", second.Data["n"], len(second.ManagedFields))
	extracted, err := applycorev1.ExtractConfigMap(second, "second")
	if err != nil {
		return err
	}
	text, err := json.Marshal(extracted.Data)
	fmt.Println("extract", string(text))
	return err
}

func tellErrors(ctx context.Context, client kubernetes.Interface) error {
	configMaps := client.CoreV1().ConfigMaps(namespace)
	_, err := configMaps.Get(ctx, "none", metav1.GetOptions{})
	fmt.Println("error", apierrors.IsNotFound(err), err)
	stale := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "before", ResourceVersion: "1"}}
	_, err = configMaps.Update(ctx, stale, metav1.UpdateOptions{})
	fmt.Println("error", apierrors.IsConflict(err), err)
	unnamed := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "Not_A_Name"}}
	_, err = configMaps.Create(ctx, unnamed, metav1.CreateOptions{})
	fmt.Println("error", apierrors.IsInvalid(err), apierrors.HasStatusCause(err, metav1.CauseTypeFieldValueInvalid))
	stranger := rest.Interface(client.CoreV1().RESTClient()).Get().AbsPath("/apis/none.example/v1/things")
	err = stranger.Do(ctx).Error()
	fmt.Println("error", apierrors.IsNotFound(err), err)
	return nil
}

func deleteByCondition(ctx context.Context, client kubernetes.Interface) error {
	configMaps := client.CoreV1().ConfigMaps(namespace)
	other := types.UID("another")
	options := metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &other}}
	fmt.Println("delete", apierrors.IsConflict(configMaps.Delete(ctx, "before", options)))
	policy := metav1.DeletePropagationForeground
	if err := configMaps.Delete(ctx, "before", metav1.DeleteOptions{PropagationPolicy: &policy}); err != nil {
		return err
	}
	selection := metav1.ListOptions{LabelSelector: "of!=round"}
	if err := configMaps.DeleteCollection(ctx, metav1.DeleteOptions{}, selection); err != nil {
		return err
	}
	return client.CoreV1().Namespaces().Delete(ctx, namespace, metav1.DeleteOptions{})
}
